/** Nobody is left alone for longer, whatever is asked: a timer of Node's runs at once from 2^31 ms on. */
const MOST_MS = 3_600_000;

/**
 * How long a storage system asks to be left alone, in milliseconds, at most an hour; `undefined` if it does not say, or says
 * nothing that can be understood.
 *
 * @param value - of a header `Retry-After`: seconds, or a date
 * @param now - milliseconds since 1970. Default: the machine's time
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#name-retry-after | RFC 9110, 10.2.3}
 */
export function retryAfterMs(value: string | null | undefined, now: number = Date.now()): number | undefined {
  const text = value?.trim();
  if (text === undefined || text === "") return undefined;
  const asked = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(asked) ? undefined : Math.min(Math.max(asked, 0), MOST_MS);
}
