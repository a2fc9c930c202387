import { expect, it } from "vitest";
import { timeIn } from "./shown-time.ts";

const winter = Date.UTC(2026, 0, 1, 23, 30);
const summer = Date.UTC(2026, 6, 1, 23, 30);

it.each([
  [undefined, "2026-01-01T23:30:00.000Z", "2026-07-01T23:30:00.000Z"],
  ["", "2026-01-01T23:30:00.000Z", "2026-07-01T23:30:00.000Z"],
  ["Europe/Berlin", "2026-01-02T00:30:00+01:00", "2026-07-02T01:30:00+02:00"],
  [":America/New_York", "2026-01-01T18:30:00-05:00", "2026-07-01T19:30:00-04:00"],
  ["Asia/Kolkata", "2026-01-02T05:00:00+05:30", "2026-07-02T05:00:00+05:30"],
  ["Europe/London", "2026-01-01T23:30:00+00:00", "2026-07-02T00:30:00+01:00"],
  ["No/Such_Place", "2026-01-01T23:30:00.000Z", "2026-07-01T23:30:00.000Z"],
])("people are shown times in the zone of TZ=%s", (zone, inWinter, inSummer) => {
  const time = timeIn(zone);
  expect([time(winter), time(summer)]).toEqual([inWinter, inSummer]);
});
