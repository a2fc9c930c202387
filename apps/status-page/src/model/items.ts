import type { CoverageVolume } from "../api/index.ts";
import { namespaceOf } from "./filter.ts";

/** A row of the list: a volume, or many that are unprotected for one reason. */
export type Item =
  | { readonly kind: "volume"; readonly key: string; readonly volume: CoverageVolume; readonly isInFold: boolean }
  | {
      readonly kind: "fold";
      readonly key: string;
      readonly volumes: readonly CoverageVolume[];

      /** Of the first: the others have the same reason, and mostly the same words. */
      readonly example: CoverageVolume;
      readonly namespaces: number;
      readonly isOpen: boolean;
    };

/** From so many on, volumes with one reason are one row. */
const FEWEST_FOLDED = 5;

/**
 * The rows of the list, in the order of the volumes. Volumes that nothing is known of but a reason fold into one row a reason,
 * so that the ones with something to see are not below a hundred that say the same.
 *
 * @param volumes - the least safe first
 * @param opened - keys of folds that show what is in them
 * @param folds - whether to fold at all
 */
export function itemsOf(
  volumes: readonly CoverageVolume[],
  opened: ReadonlySet<string>,
  folds: boolean,
): readonly Item[] {
  const items: Item[] = [];
  for (let index = 0; index < volumes.length; ) {
    const volume = volumes[index] as CoverageVolume;
    let end = index + 1;
    if (folds && isBare(volume)) while (isAlike(volume, volumes[end])) end++;
    const alike = volumes.slice(index, end);
    index = end;
    if (alike.length < FEWEST_FOLDED) {
      for (const one of alike) items.push(itemOf(one, false));
      continue;
    }
    const key = `fold/${volume.protection}/${volume.reason}`;
    const isOpen = opened.has(key);
    const namespaces = new Set(alike.map(namespaceOf)).size;
    items.push({ kind: "fold", key, volumes: alike, example: volume, namespaces, isOpen });
    if (isOpen) for (const one of alike) items.push(itemOf(one, true));
  }
  return items;
}

/** A volume without a rule has no timeline: its row is one line. */
export function isBare({ rule }: CoverageVolume): boolean {
  return rule === null;
}

function itemOf(volume: CoverageVolume, isInFold: boolean): Item {
  return { kind: "volume", key: volume.object, volume, isInFold };
}

function isAlike(a: CoverageVolume, b: CoverageVolume | undefined): boolean {
  return b !== undefined && isBare(b) && a.protection === b.protection && a.reason === b.reason;
}
