import type { CoverageVolume, Protection } from "../api/index.ts";
import { backendOf, type Filter, isFiltering, namespaceOf, noFilter } from "../model/filter.ts";
import { counted, reasonInWords, stateWords } from "../model/words.ts";
import { byId, element } from "./element.ts";
import type { PageContext } from "./page-context.ts";

const fields = [
  ["filter-text", "text"],
  ["filter-namespace", "namespace"],
  ["filter-state", "state"],
  ["filter-backend", "backend"],
] as const satisfies readonly (readonly [string, keyof Filter])[];

type Field = HTMLInputElement | HTMLSelectElement;

/** Filters as somebody types or chooses. */
export function startFilterForm({ store }: PageContext): void {
  for (const [id, name] of fields) {
    const field = byId<Field>(id);
    field.addEventListener("input", () => store.dispatch({ type: "filtered", filter: { [name]: field.value } }));
  }
  byId("filter").addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => {
    store.dispatch({ type: "filtered", filter: noFilter });
    byId("filter-text").focus();
  });
}

/** What there is to choose from, with counts. */
export function showChoices({ store }: PageContext): void {
  const { coverage, isWhole } = store.state;
  // What there is to choose from is not known before all are there.
  const volumes = isWhole ? (coverage?.volumes ?? []) : [];
  const choices = (of: (volume: CoverageVolume) => string, all: string): readonly Node[] => [
    option("", all),
    ...countBy(volumes, of).map(([value, count]) => option(value, `${value} (${count})`)),
  ];
  byId("filter-namespace").replaceChildren(...choices(namespaceOf, "All namespaces"));
  byId("filter-backend").replaceChildren(...choices(backendOf, "All backends"));
  const states = Object.keys(stateWords) as Protection[];
  byId("filter-state").replaceChildren(
    option("", "All states"),
    ...states.map((state) => option(state, `${stateWords[state]} (${coverage?.sum[state] ?? 0})`)),
    ...(["unprotected", "late"] as const).flatMap((state) => {
      const own = volumes.filter(({ protection }) => protection === state);
      const reasons = countBy(own, ({ reason }) => reason);
      if (reasons.length === 0) return [];
      const options = reasons.map(([reason, count]) => option(`=${reason}`, `${reasonInWords(reason)} (${count})`));
      return [element("optgroup", { label: `${stateWords[state]} because` }, ...options)];
    }),
  );
  showFilter({ store });
}

/** What is filtered by, and what comes of it. */
export function showFilter({ store }: Pick<PageContext, "store">): void {
  const { filter, items, coverage, isWhole } = store.state;
  for (const [id, name] of fields) {
    const field = byId<Field>(id);
    if (field.value !== filter[name]) field.value = filter[name];
  }
  byId("clear").hidden = !isFiltering(filter);
  const shown = items.reduce((sum, item) => {
    if (item.kind === "fold") return sum + item.volumes.length;
    return item.isInFold ? sum : sum + 1;
  }, 0);
  const all = coverage?.sum.volumes ?? 0;
  byId("count").textContent = isFiltering(filter)
    ? `${isWhole ? "" : "at least "}${shown.toLocaleString("en-GB")} of ${counted(all, "volume")}`
    : `${counted(all, "volume")}, least safe first`;
}

function option(value: string, words: string): HTMLOptionElement {
  return element("option", { value }, words);
}

function countBy(
  volumes: readonly CoverageVolume[],
  of: (volume: CoverageVolume) => string,
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const volume of volumes) counts.set(of(volume), (counts.get(of(volume)) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
