import { namespaceOf } from "../model/filter.ts";
import type { Item } from "../model/items.ts";
import { newestInWords, nextInWords } from "../model/row-words.ts";
import { scheduleOf } from "../model/schedule.ts";
import { stateWords } from "../model/words.ts";
import { byId, element } from "./element.ts";
import type { PageContext } from "./page-context.ts";

const MOST_ROWS = 500;
const PAUSE_MS = 400;
const headings = ["Volume", "Namespace", "State", "Why", "Schedule", "Newest good", "Kept", "Next"];
let timer = 0;

/** What a screen reader reads as a whole, behind the canvas; the list above is for walking. Made when nothing else is to do. */
export function showReaderTableSoon(context: PageContext): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => showReaderTable(context), PAUSE_MS);
}

function showReaderTable({ store, clock }: PageContext): void {
  const volumes = store.state.items.flatMap((item: Item) =>
    item.kind === "fold" ? item.volumes : item.isInFold ? [] : [item.volume],
  );
  const more = volumes.length > MOST_ROWS ? `: the first ${MOST_ROWS} of ${volumes.length}, filter to see others` : "";
  const now = clock.now();
  const rows = volumes.slice(0, MOST_ROWS).map((volume) => {
    const { name, protection, message, rule, held } = volume;
    const cells = [
      ...[namespaceOf(volume), stateWords[protection], message, rule === null ? "none" : scheduleOf(rule.deltas).words],
      ...[newestInWords(volume, now), String(held ?? 0), nextInWords(volume, now)],
    ];
    return element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell) => element("td", {}, cell)));
  });
  const head = element("tr", {}, ...headings.map((heading) => element("th", { scope: "col" }, heading)));
  const table = element(
    "table",
    {},
    element("caption", {}, `Volumes, the least safe first${more}`),
    element("thead", {}, head),
    element("tbody", {}, ...rows),
  );
  byId("table").replaceChildren(...(rows.length === 0 ? [] : [table]));
}
