import type { DetailEvent } from "../api/index.ts";
import { ageInWords } from "../model/ages.ts";
import { element } from "./element.ts";

/** What happened to the volume since the daemon started. */
export function eventTable(events: readonly DetailEvent[]): HTMLElement {
  if (events.length === 0) return element("p", {}, "None since the daemon started.");
  const rows = events.map(({ at, type, reason, message }) =>
    element(
      "tr",
      {},
      element("td.n", {}, ageInWords(Date.now() - Date.parse(at))),
      element(type === "Warning" ? "td.w" : "td", {}, reason),
      element("td.message", {}, message),
    ),
  );
  const headings = ["Age", "Reason", "Message"].map((heading) => element("th", { scope: "col" }, heading));
  return element("table.ev", {}, element("thead", {}, element("tr", {}, ...headings)), element("tbody", {}, ...rows));
}
