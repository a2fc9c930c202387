/** The empty list that all share: most disks have nothing of most kinds, and there are many disks. */
export const none: readonly never[] = Object.freeze([]);

/** Those that pass: the list itself where all do, {@link none} where nothing is left. */
export function only<T>(items: readonly T[], passes: (item: T) => boolean): readonly T[] {
  if (items.every(passes)) return items;
  const left = items.filter(passes);
  return left.length === 0 ? none : left;
}
