import type { CoverageVolume } from "../api/index.ts";
import { backendOf, NO_BACKEND, namespaceOf } from "../model/filter.ts";
import { type Item, isBare } from "../model/items.ts";
import { rowWords } from "../model/row-words.ts";
import { counted, nextSteps, reasonInWords, sentence, stateWords } from "../model/words.ts";
import { element, setText } from "./element.ts";
import type { PageContext } from "./page-context.ts";
import { stateIcon } from "./state-icon.ts";

/** Where a row stands. */
export interface RowPlace {
  readonly index: number;
  readonly count: number;

  /** In pixels from the top. */
  readonly top: number;
  readonly isSelected: boolean;

  /** The one before is of another state: a darker line parts them. */
  readonly isFirstOfState: boolean;
}

const narrow = window.matchMedia("(max-width: 1280px)");

/** As in styles/narrow.css. */
function hasNoColumnNext(): boolean {
  return narrow.matches || document.body.classList.contains("open");
}

/** One row of the list, but for its timeline: see {@link TimelineBlocks}. Its parts are made once; scrolling changes texts. */
export class ListRow {
  readonly #context: PageContext;
  readonly #icon = element("i");
  readonly #state = element("i.vh");
  readonly #name = element("b");
  readonly #where = element("small");
  readonly #schedule = element("span");
  readonly #second = element("small");
  readonly #age = element("b");
  readonly #interval = element("em");
  readonly #bar = element("i");
  readonly #meter = element("span.meter", {}, this.#bar);
  readonly #why = element("b");
  readonly #fix = element("i");
  readonly #sentence = element("p", {}, this.#why, " ", this.#fix);
  readonly #next = element("span");

  /** Where the timeline is. */
  readonly line: HTMLDivElement = element("div.c-line", {}, this.#sentence);
  readonly #scheduleCell = element("div.c-sched", {}, this.#schedule, this.#second);
  readonly element: HTMLDivElement = element(
    "div.row",
    { role: "option" },
    element("div.c-name", {}, this.#icon, element("span", {}, this.#state, this.#name), this.#where),
    this.#scheduleCell,
    element("div.c-new", {}, element("span", {}, this.#age, this.#interval), this.#meter),
    this.line,
    element("div.c-next", {}, this.#next),
  );
  #item: Item | undefined;
  #protection: string | undefined;
  index = -1;

  constructor(context: PageContext) {
    this.#context = context;
  }

  get item(): Item | undefined {
    return this.#item;
  }

  fill(item: Item, place: RowPlace): void {
    const { index, count, top, isSelected, isFirstOfState } = place;
    this.index = index;
    this.#item = item;
    const volume = item.kind === "volume" ? item.volume : item.example;
    const { protection } = volume;
    const isOneLine = isBare(volume);
    const row = this.element;
    row.id = `row-${index}`;
    row.className = [
      "row",
      `st-${protection}`,
      isFirstOfState && "parted",
      isOneLine && "bare",
      item.kind === "fold" && "fold",
    ]
      .filter(Boolean)
      .join(" ");
    row.style.transform = `translateY(${top}px)`;
    row.ariaSetSize = String(count);
    row.ariaPosInSet = String(index + 1);
    row.ariaSelected = String(isSelected);
    if (this.#protection !== protection) this.#icon.replaceChildren(stateIcon(protection));
    this.#protection = protection;
    this.#sentence.hidden = !isOneLine;
    // Where only the first volumes are there, the last fold goes on.
    if (item.kind === "fold") this.#fillFold(item, this.#context.store.state.isWhole || index < count - 1);
    else this.#fillVolume(volume, item.isInFold);
  }

  #fillVolume(volume: CoverageVolume, isInFold: boolean): void {
    const { name, protection, message, rule } = volume;
    const isOneLine = rule === null;
    const now = this.#context.clock.now();
    const words = rowWords(volume, isOneLine ? undefined : this.#context.timelines.of(volume.object), now);
    setText(this.#state, `${stateWords[protection]}: `);
    setText(this.#name, isInFold ? `\u2003${name}` : name);
    const backend = backendOf(volume);
    setText(this.#where, backend === NO_BACKEND ? namespaceOf(volume) : `${namespaceOf(volume)} · ${backend}`);
    setText(this.#schedule, words.schedule);
    const second = words.next !== "" && hasNoColumnNext() ? `${words.second} · next ${words.next}` : words.second;
    setText(this.#second, isOneLine ? "" : second);
    this.#schedule.classList.toggle("why", isOneLine);
    this.#second.classList.toggle("why", protection !== "protected");
    this.#scheduleCell.title = rule === null ? message : `${rule.deltas}\n${second}`;
    setText(this.#age, words.newest);
    setText(this.#interval, words.interval);
    this.#meter.hidden = words.intervals === undefined;
    this.#bar.style.width = `${Math.min(100, (words.intervals ?? 0) * 50)}%`;
    setText(this.#next, words.next);
    setText(this.#why, `${words.why}${words.fix === "" || /[.!?]$/.test(words.why) ? "" : "."}`);
    setText(this.#fix, words.fix);
  }

  #fillFold({ volumes, example, namespaces, isOpen }: Extract<Item, { kind: "fold" }>, isAll: boolean): void {
    const { protection, reason, message } = example;
    setText(this.#state, `${stateWords[protection]}, ${isOpen ? "unfolded" : "folded"}: `);
    setText(this.#name, `${isOpen ? "▾" : "▸"} ${isAll ? "" : "at least "}${counted(volumes.length, "volume")}`);
    setText(this.#where, `in ${counted(namespaces, "namespace")}`);
    setText(this.#schedule, reasonInWords(reason));
    this.#schedule.classList.add("why");
    setText(this.#second, "");
    this.#scheduleCell.title = message;
    setText(this.#age, protection === "excluded" ? "–" : "none");
    setText(this.#interval, "");
    this.#meter.hidden = true;
    setText(this.#next, "");
    const isOne = volumes.every((volume) => volume.message === message);
    setText(this.#why, isOne ? sentence(message) : "For reasons of their own");
    setText(this.#fix, nextSteps[reason] ?? "");
  }
}
