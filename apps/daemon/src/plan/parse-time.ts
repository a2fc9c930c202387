import { UsageError } from "../commands/usage-error.ts";

const PATTERN =
  /^(?<date>\d{4}-(?<month>\d\d)-(?<day>\d\d))T\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?<offset>Z|[+-]\d\d:?\d\d)?$/;

/**
 * A time, with the offset from UTC in it: which zone a time without one is of, nobody knows.
 *
 * @param what - what it is the time of, for the error
 * @throws {UsageError} if it is not a time, or has no offset
 */
export function parseTime(what: string, written: string): Date {
  const fault = (why: string): UsageError => new UsageError(`${what}: ${JSON.stringify(written)} ${why}`);
  const parts = PATTERN.exec(written)?.groups;
  if (parts === undefined) throw fault("is no ISO 8601 time such as 2026-03-01T00:00:00Z");
  if (parts["offset"] === undefined) throw fault("has no offset from UTC: add Z, or one such as +01:00");
  const time = new Date(written.replace(",", "."));
  // JavaScript takes the 30th of February for the 2nd of March.
  const day = new Date(`${parts["date"]}T00:00:00Z`);
  const isThere = day.getUTCMonth() + 1 === Number(parts["month"]) && day.getUTCDate() === Number(parts["day"]);
  if (!isThere || Number.isNaN(time.getTime())) throw fault("is a time that there is not");
  return time;
}
