import type { CoverageDocument, CoverageVolume } from "../api/index.ts";
import type { Zoom } from "./axis.ts";
import { type Filter, filterVolumes, noFilter } from "./filter.ts";
import { type Item, itemsOf } from "./items.ts";

/** All that the page shows follows from this. */
export interface PageState {
  /** `undefined` until the daemon has answered. */
  readonly coverage: CoverageDocument | undefined;

  /** Whether those are all volumes, and not only the first. */
  readonly isWhole: boolean;
  readonly filter: Filter;
  readonly zoom: Zoom;

  /** Keys of folds that show what is in them. */
  readonly opened: ReadonlySet<string>;

  /** What follows from these three. */
  readonly items: readonly Item[];

  /** The key of the row that the keyboard is at. */
  readonly selected: string | undefined;

  /** The object whose details are shown. */
  readonly detail: string | undefined;
}

export type Action =
  | { readonly type: "loaded"; readonly coverage: CoverageDocument }
  | { readonly type: "patched"; readonly asked: readonly string[]; readonly part: CoverageDocument }
  | { readonly type: "filtered"; readonly filter: Partial<Filter> }
  | { readonly type: "zoomed"; readonly zoom: Zoom }
  | { readonly type: "folded"; readonly key: string }
  | { readonly type: "selected"; readonly key: string | undefined }
  | { readonly type: "detailed"; readonly object: string | undefined };

export const emptyState: PageState = {
  coverage: undefined,
  isWhole: false,
  filter: noFilter,
  zoom: "all",
  opened: new Set(),
  items: [],
  selected: undefined,
  detail: undefined,
};

export function reduce(state: PageState, action: Action): PageState {
  switch (action.type) {
    case "loaded":
      return derived({ ...state, coverage: action.coverage, isWhole: isWhole(action.coverage) });
    case "patched":
      return state.coverage === undefined
        ? state
        : derived({ ...state, coverage: patched(state.coverage, action.asked, action.part) });
    case "filtered":
      return derived({ ...state, filter: { ...state.filter, ...action.filter } });
    case "zoomed":
      return { ...state, zoom: action.zoom };
    case "folded": {
      const opened = new Set(state.opened);
      if (!opened.delete(action.key)) opened.add(action.key);
      return derived({ ...state, opened });
    }
    case "selected":
      return { ...state, selected: action.key };
    case "detailed":
      return { ...state, detail: action.object };
  }
}

/** Whether an answer has all volumes, and not only the first. */
export function isWhole({ sum, volumes }: CoverageDocument): boolean {
  return volumes.length >= sum.volumes;
}

/** Whether a part moves volumes, so that the whole is to be asked for again: where they stand, only the daemon knows. */
export function movesVolumes(coverage: CoverageDocument, asked: readonly string[], part: CoverageDocument): boolean {
  const before = new Map(coverage.volumes.map((volume) => [volume.object, volume]));
  const after = new Map(part.volumes.map((volume) => [volume.object, volume]));
  return asked.some((object) => {
    const was = before.get(object);
    const is = after.get(object);
    return was?.protection !== is?.protection || (is?.protection === "unprotected" && was?.reason !== is.reason);
  });
}

function derived(state: PageState): PageState {
  const { coverage, filter, opened } = state;
  const volumes = filterVolumes(coverage?.volumes ?? [], filter);
  return { ...state, items: itemsOf(volumes, opened, filter.text === "") };
}

function patched(coverage: CoverageDocument, asked: readonly string[], part: CoverageDocument): CoverageDocument {
  const changed = new Map<string, CoverageVolume>(part.volumes.map((volume) => [volume.object, volume]));
  const gone = new Set(asked.filter((object) => !changed.has(object)));
  const volumes = coverage.volumes.flatMap((volume) =>
    gone.has(volume.object) ? [] : [changed.get(volume.object) ?? volume],
  );
  return { ...part, volumes };
}
