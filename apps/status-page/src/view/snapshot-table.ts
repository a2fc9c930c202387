import type { DetailSnapshot } from "../api/index.ts";
import { ageInWords, dateInWords, shortAge } from "../model/ages.ts";
import { sizeInWords } from "../model/sizes.ts";
import { element } from "./element.ts";
import { kindOf, svgMark } from "./svg-mark.ts";

/** Most rows: nobody reads more, and the document stays small. */
const MOST_ROWS = 1_000;

/**
 * The snapshots of a volume: when, how old, what for, until when.
 *
 * @param chosen - the one that the restore line is for
 * @param onChoose - called with the id of one that was chosen
 */
export function snapshotTable(
  snapshots: readonly DetailSnapshot[],
  chosen: string | undefined,
  onChoose: (id: string) => void,
): HTMLElement {
  const hasSizes = snapshots.some(({ sizeBytes }) => sizeBytes !== null);
  const headings = [
    element("th", { scope: "col" }, "Taken, UTC"),
    element("th.n", { scope: "col" }, "Age"),
    element("th", { scope: "col" }, "Kept for"),
    ...(hasSizes ? [element("th.n", { scope: "col" }, "Size")] : []),
    element("th.n", { scope: "col" }, "Goes"),
  ];
  const rows = snapshots
    .slice(0, MOST_ROWS)
    .map((snapshot) => rowOf(snapshot, { isChosen: snapshot.id === chosen, hasSizes }, onChoose));
  const hidden = snapshots.length - rows.length;
  const table = element(
    "table.snaps",
    {},
    element("thead", {}, element("tr", {}, ...headings)),
    element("tbody", {}, ...rows),
  );
  return hidden === 0 ? table : element("div", {}, table, element("p", {}, `… and ${hidden} older ones`));
}

function rowOf(
  snapshot: DetailSnapshot,
  { isChosen, hasSizes }: { readonly isChosen: boolean; readonly hasSizes: boolean },
  onChoose: (id: string) => void,
): HTMLElement {
  const { id, createdAt, ageSeconds, state, slot, keptFor, held, sizeBytes, goes } = snapshot;
  const time = Date.parse(createdAt);
  const now = time + ageSeconds * 1_000;
  const date = dateInWords(time, now);
  const isReady = state === "ready";
  const button = element("button", { type: "button", title: id, "aria-label": `${date}: restore this one` }, date);
  const mark = svgMark(
    kindOf({ state, ...(held && { held }), ...(goes?.at != null && goesNext(goes.at, now) && { goes: true }) }),
    slot,
  );
  const words = isReady ? keptFor.join(", ") || "no slot" : state;
  const row = element(
    "tr",
    { "aria-current": isChosen ? "true" : undefined },
    element("td", {}, isReady ? button : element("span", { title: id }, date)),
    element("td.n", {}, ageInWords(ageSeconds * 1_000)),
    element(
      "td",
      {},
      element("div.kf", {}, mark, element("span", {}, words), held ? element("span", {}, "held") : undefined),
    ),
    ...(hasSizes ? [element("td.n", {}, sizeBytes === null ? "" : sizeInWords(sizeBytes))] : []),
    element("td.n", { title: goes?.why }, goesInWords(snapshot, now)),
  );
  if (isReady) row.addEventListener("click", () => onChoose(id));
  return row;
}

const SOON = 60_000;

function goesNext(at: string, now: number): boolean {
  return Date.parse(at) <= now + SOON;
}

function goesInWords({ state, held, goes }: DetailSnapshot, now: number): string {
  if (held) return "stays";
  if (goes === null) return state === "ready" ? "later" : "";
  if (goes.at === null) return "waits";
  const left = Date.parse(goes.at) - now;
  return left <= 0 ? "now" : `in ${shortAge(left)}`;
}
