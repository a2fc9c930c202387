import { noFilter } from "../model/filter.ts";
import { byId, element } from "./element.ts";
import type { PageContext } from "./page-context.ts";

/** What stands in place of an empty list. */
export function showBlank({ store }: PageContext): void {
  const { items, coverage, isWhole } = store.state;
  const blank = byId("blank");
  blank.hidden = items.length > 0;
  byId("list").hidden = items.length === 0;
  if (items.length > 0) return;
  // What matches may be among those that are not there yet.
  if (coverage === undefined || !isWhole) {
    blank.replaceChildren(element("p", {}, "Asking the daemon…"));
  } else if (coverage.volumes.length === 0) {
    blank.replaceChildren(
      element("h2", {}, "No volumes in this cluster yet"),
      element("p", {}, "Each claim is listed here, protected or not. It is protected once it carries a schedule:"),
      element(
        "pre",
        {},
        element("code", {}, 'kubectl annotate pvc NAME backup.kubernetes.io/deltas="PT1H P1D P7D P30D"'),
      ),
    );
  } else {
    const clear = element("button.link", { type: "button" }, "Clear the filter");
    clear.addEventListener("click", () => store.dispatch({ type: "filtered", filter: noFilter }));
    blank.replaceChildren(
      element("h2", {}, "No volume matches"),
      element("p", {}, "Nothing here has these words, namespace, state and backend together."),
      clear,
    );
  }
}
