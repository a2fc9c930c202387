import type { Protection, SlotClass } from "../api/index.ts";
import type { PageState } from "../model/page-state.ts";
import { stateWords } from "../model/words.ts";
import { byId, element } from "./element.ts";
import type { PageContext } from "./page-context.ts";
import { type MarkKind, svgMark } from "./svg-mark.ts";

const shown = ["protected", "late", "unprotected"] as const satisfies readonly Protection[];

/** The first row: how many volumes are protected, late, unprotected; each is a filter. */
export function showSummary({ store }: PageContext): void {
  const { coverage, filter } = store.state;
  byId("figures").replaceChildren(
    ...shown.map((protection) => {
      const count = coverage?.sum[protection] ?? 0;
      const number = element("b", {}, count.toLocaleString("en-GB"));
      number.style.color = `var(${colorOf(protection, count)})`;
      const isPressed = filter.state === protection;
      const button = element(
        "button.fig",
        { type: "button", "aria-pressed": String(isPressed) },
        number,
        element("span", {}, stateWords[protection].toLowerCase()),
        element("small", {}, coverage === undefined ? "" : remark(coverage, protection)),
      );
      button.addEventListener("click", () => {
        store.dispatch({ type: "filtered", filter: { state: isPressed ? "" : protection } });
        (byId("figures").children[shown.indexOf(protection)] as HTMLElement).focus();
      });
      return button;
    }),
  );
}

/** Only what needs a person has a colour. */
function colorOf(protection: (typeof shown)[number], count: number): string {
  if (protection === "protected") return "--ink";
  if (count === 0) return "--soft";
  return protection === "late" ? "--late" : "--bad";
}

function remark({ sum, volumes, now }: NonNullable<PageState["coverage"]>, protection: (typeof shown)[number]): string {
  if (protection === "protected") {
    const asked = sum.volumes - sum.excluded;
    return asked === 0
      ? "no volumes"
      : `${((100 * sum.protected) / asked).toFixed(1)} % of ${asked.toLocaleString("en-GB")} volumes`;
  }
  const own = volumes.filter((volume) => volume.protection === protection);
  // The others are on their way.
  if (own.length < sum[protection]) return "";
  if (protection === "unprotected") {
    const reasons = new Set(own.map(({ reason }) => reason)).size;
    return reasons === 0 ? "none" : reasons === 1 ? "one reason" : `${reasons} different reasons`;
  }
  const worst = own.find(({ newest, rule }) => newest !== null && rule !== null);
  if (worst?.newest == null || worst.rule === null) return own.length === 0 ? "none past due" : "past due";
  const intervals = (Date.parse(now) - Date.parse(worst.newest)) / (worst.rule.intervalSeconds * 1_000);
  return `worst ${intervals.toFixed(1)}× its interval`;
}

const legend: readonly (readonly [MarkKind, string, SlotClass] | string)[] = [
  "Kept by a slot of",
  ["ready", "minutes", "minutes"],
  ["ready", "hours", "hours"],
  ["ready", "days", "days"],
  ["ready", "weeks", "weeks"],
  ["ready", "months", "months"],
  "And",
  ["goes", "goes next", "days"],
  ["held", "held", "days"],
  ["pending", "pending", "hours"],
  ["expected", "expected", "days"],
  ["gap", "missing", "days"],
];

export function showLegend(): void {
  byId("legend").replaceChildren(
    ...legend.map((entry) => {
      if (typeof entry === "string") return element("b", {}, entry);
      const [kind, words, slot] = entry;
      return element("span", {}, svgMark(kind, slot), words);
    }),
  );
}
