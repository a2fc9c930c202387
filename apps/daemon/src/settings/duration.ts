import type { Setting } from "./setting.ts";

const parts = [
  ["W", 604_800_000],
  ["D", 86_400_000],
  ["H", 3_600_000],
  ["M", 60_000],
  ["S", 1_000],
] as const;

/** Weeks and days, then hours, minutes and seconds after a `T`. Years and months have no fixed length, so there are none. */
const pattern =
  /^P(?!$)(?:(?<W>\d+)W)?(?:(?<D>\d+)D)?(?:T(?=\d)(?:(?<H>\d+)H)?(?:(?<M>\d+)M)?(?:(?<S>\d+(?:\.\d+)?)S)?)?$/;

const LONGEST = 366 * 86_400_000;

/**
 * A length of time in milliseconds, written as ISO 8601 has it: `PT24H`, `P1D`, `PT1H30M`. At most 366 days.
 *
 * @param least - the shortest that makes sense, as a person would write it. Default: `PT0S`.
 */
export function duration<D extends string>(
  variable: string,
  description: string,
  fallback: D,
  least: string = "PT0S",
): Setting<number, D> {
  const shortest = read(least) ?? 0;
  return {
    variable,
    kind: "duration",
    description,
    default: fallback,
    parse(written) {
      const milliseconds = read(written);
      if (milliseconds === undefined || milliseconds < shortest || milliseconds > LONGEST) {
        throw new Error(`must be an ISO 8601 duration such as ${fallback}, from ${least} to P366D`);
      }
      return milliseconds;
    },
  };
}

/**
 * Of an option that is no setting: as {@link duration}.
 *
 * @throws {Error} if it is no such length of time, in words
 */
export function parseDuration(written: string): number {
  const milliseconds = read(written);
  if (milliseconds === undefined || milliseconds > LONGEST) {
    throw new Error(`${JSON.stringify(written)} is not an ISO 8601 duration such as PT10M, up to P366D`);
  }
  return milliseconds;
}

function read(written: string): number | undefined {
  const amounts = pattern.exec(written)?.groups;
  if (amounts === undefined) return undefined;
  return parts.reduce((sum, [unit, size]) => sum + Number(amounts[unit] ?? 0) * size, 0);
}
