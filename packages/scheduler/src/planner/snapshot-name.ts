const LONGEST_NAME = 63;

/**
 * `RULENAME-DDMMYY-HHMMSS` in UTC, all in `[-a-z0-9]`, the rule's name cut so that the whole has 63 characters at the
 * most: what the clouds' names allow, and what users of the Python daemon know.
 */
export function snapshotName(ruleName: string, date: Date, formatTime: (date: Date) => string): string {
  const time = clean(formatTime(date));
  const rule = clean(ruleName)
    .replace(/^-+/, "")
    .slice(0, LONGEST_NAME - 1 - time.length);
  return `${rule}-${time}`.replace(/^-+/, "").slice(0, LONGEST_NAME);
}

function clean(text: string): string {
  return text.toLowerCase().replaceAll(/[^-a-z0-9]/g, "-");
}
