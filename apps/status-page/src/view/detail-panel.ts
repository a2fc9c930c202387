import type { VolumeDocument } from "../api/index.ts";
import { fetchVolume } from "../client/daemon-api.ts";
import { ageInWords, intervalInWords } from "../model/ages.ts";
import { namespaceOf } from "../model/filter.ts";
import { timelineInWords } from "../model/mark-words.ts";
import { reasonInWords, sentence, stateWords } from "../model/words.ts";
import { labelAxis } from "./axis-labels.ts";
import { commandBox } from "./command-box.ts";
import { drawTimeline, fitCanvas } from "./draw-timeline.ts";
import { byId, element } from "./element.ts";
import { eventTable } from "./event-table.ts";
import type { PageContext } from "./page-context.ts";
import { snapshotTable } from "./snapshot-table.ts";
import { stateIcon } from "./state-icon.ts";
import { storyOf } from "./story.ts";

/** The details of one volume, beside the list. */
export class DetailPanel {
  readonly #context: PageContext;
  readonly #panel = byId("panel");
  readonly #onClose: () => void;
  #asking: AbortController | undefined;
  #document: VolumeDocument | undefined;

  /** The snapshot that the restore line is for; `undefined`: the newest good one. */
  #chosen: string | undefined;

  constructor(context: PageContext, onClose: () => void) {
    this.#context = context;
    this.#onClose = onClose;
  }

  /** Shows another volume, or none. */
  show(object: string | undefined, takesFocus: boolean): void {
    this.#asking?.abort();
    this.#chosen = undefined;
    this.#document = undefined;
    this.#panel.hidden = object === undefined;
    document.body.classList.toggle("open", object !== undefined);
    if (object === undefined) return;
    this.#panel.replaceChildren();
    void this.#load(object, takesFocus);
  }

  /** It changed: shows what there is now, where the reader is. */
  refresh(): void {
    const object = this.#document?.volume.object;
    if (object !== undefined) void this.#load(object, false);
  }

  /** The colours, or the space, are others. */
  redraw(): void {
    if (this.#document !== undefined) this.#render(this.#document);
  }

  async #load(object: string, takesFocus: boolean): Promise<void> {
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    try {
      this.#document = await fetchVolume(object, asking.signal);
      this.#render(this.#document);
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#renderError(object, (error as Error).message);
    }
    if (takesFocus) this.#panel.focus({ preventScroll: true });
  }

  #render(document: VolumeDocument): void {
    const { volume, timeline, snapshots, capacity, events } = document;
    const { name, namespace, rule } = volume;
    const { scrollTop } = this.#panel;
    const place = rule === null ? "no backend" : `${rule.backend} ${rule.location}`;
    const canvas = element("canvas");
    const labels = element("div.ax", { "aria-hidden": "true" });
    const chosen = snapshots.find(({ id }) => id === this.#chosen);
    const restore = chosen?.restore ?? document.restore;
    const good = snapshots.filter(({ state }) => state === "ready").length;
    this.#panel.setAttribute("aria-label", namespace === null ? name : `${namespace}/${name}`);
    this.#panel.replaceChildren(
      this.#header(name, [namespaceOf(volume), place, capacity].filter(Boolean).join(" · "), badgeOf(document)),
      ...(timeline === null || timeline.marks.length === 0
        ? []
        : [
            section(
              "big",
              element("div.big-line", { role: "img", "aria-label": timelineInWords(timeline) }, canvas),
              labels,
            ),
          ]),
      section("What happened and what is next", storyOf(document)),
      section(
        chosen === undefined
          ? "Restore the newest good one into a new claim"
          : "Restore the chosen one into a new claim",
        restore === null
          ? element("p", {}, "There is nothing to restore yet.")
          : commandBox(restore, this.#context.say),
      ),
      ...(volume.reason === "NoRule" && namespace !== null ? [section("Protect it", this.#annotateBox(volume))] : []),
      ...(snapshots.length === 0
        ? []
        : [
            section(
              `${good} good snapshots`,
              snapshotTable(snapshots, this.#chosen, (id) => this.#choose(id)),
            ),
          ]),
      section("Events", eventTable(events)),
    );
    this.#panel.scrollTop = scrollTop;
    this.#draw(document, canvas, labels);
  }

  #header(title: string, where: string, badge: Node): HTMLElement {
    const close = element("button.icon", { type: "button", "aria-label": "Close (Esc)" }, "✕");
    close.addEventListener("click", this.#onClose);
    return element("header", {}, element("h2", {}, title), close, element("p", {}, where), badge);
  }

  #annotateBox({ name, namespace }: VolumeDocument["volume"]): HTMLElement {
    const command = `kubectl -n ${namespace} annotate pvc ${name} backup.kubernetes.io/deltas="PT1H P1D P7D P30D"`;
    return commandBox(command, this.#context.say);
  }

  #draw({ volume, timeline }: VolumeDocument, canvas: HTMLCanvasElement, labels: HTMLElement): void {
    if (timeline === null || timeline.marks.length === 0) return;
    const { axis, clock } = this.#context;
    const dueAt = volume.dueAt === null || volume.protection !== "protected" ? undefined : Date.parse(volume.dueAt);
    const size = { width: canvas.clientWidth, height: canvas.clientHeight };
    const context = canvas.getContext("2d");
    if (size.width === 0 || context === null) return;
    const ratio = fitCanvas(canvas, size);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawTimeline(context, size, axis(), {
      ...{ timeline, now: clock.now(), axis: axis(), dueAt, scale: 1.15 },
      interval: (volume.rule?.intervalSeconds ?? 1) * 1_000,
      focus: timeline.marks.find(({ id }) => id === this.#chosen),
    });
    labelAxis(labels, axis());
  }

  #choose(id: string): void {
    this.#chosen = this.#chosen === id ? undefined : id;
    this.redraw();
    this.#panel.querySelector<HTMLElement>("tr[aria-current=true] button")?.focus({ preventScroll: true });
  }

  #renderError(object: string, message: string): void {
    const name = object.split("/").at(-1) ?? object;
    const badge = element("p.badge.unprotected", {}, stateIcon("unprotected"), "No details");
    this.#panel.replaceChildren(
      this.#header(name, object, badge),
      section("The daemon says", element("p", {}, message)),
    );
  }
}

function badgeOf({ volume, now }: VolumeDocument): HTMLElement {
  const { protection, newest, rule, reason } = volume;
  const age = newest === null ? undefined : ageInWords(Date.parse(now) - Date.parse(newest));
  const interval = intervalInWords((rule?.intervalSeconds ?? 0) * 1_000);
  const detail =
    protection === "protected" && age ? `newest ${age} of ${interval}` : reasonInWords(reason).toLowerCase();
  return element(`p.badge.${protection}`, {}, stateIcon(protection), sentence(`${stateWords[protection]}, ${detail}`));
}

function section(title: string, ...children: readonly Node[]): HTMLElement {
  if (title === "big") return element("section.big", {}, ...children);
  return element("section", {}, element("h3", {}, title), ...children);
}
