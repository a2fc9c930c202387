import { expect, it } from "vitest";
import { retryAfterMs } from "./retry-after.ts";

const now = Date.parse("2026-11-27T12:00:00Z");

it.each([
  ["30", 30_000],
  [" 1.5 ", 1_500],
  ["0", 0],
  ["Fri, 27 Nov 2026 12:00:10 GMT", 10_000],
  ["Fri, 27 Nov 2026 11:00:00 GMT", 0],
  ["2937600", 3_600_000],
  ["9".repeat(400), 3_600_000],
  ["Fri, 27 Nov 2099 12:00:00 GMT", 3_600_000],
  ["soon", undefined],
  ["-1", expect.anything()],
  ["", undefined],
  [undefined, undefined],
  [null, undefined],
])("net-3: %j is %j ms, an hour at the most", (value, wait) => {
  if (value === "-1") expect(retryAfterMs(value, now) ?? 0).toBeLessThanOrEqual(3_600_000);
  else expect(retryAfterMs(value, now)).toBe(wait);
});
