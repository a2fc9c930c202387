/** A time in milliseconds since 1970 as JSON has it: ISO 8601, and `null` where there is none, or never. */
export function instantJson(time: number | undefined): string | null {
  return time === undefined || !Number.isFinite(time) ? null : new Date(time).toISOString();
}
