/** Characters of a text that a rule may hold: a hundred durations. A longer one is refused by the definition, or cut when read. */
export const LONGEST_TEXT = 1_000;

/** Characters of a storage system's own parameter, such as the name of a region or the path of a key. */
export const LONGEST_PARAMETER = 400;

/** Parameters that a rule may have. */
export const MOST_PARAMETERS = 20;
