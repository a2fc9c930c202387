const MOST_NAMES = 3;

/** The first few of many: what is named of them in a message. */
export function fewNames(names: readonly string[]): readonly string[] {
  return names.slice(0, MOST_NAMES);
}
