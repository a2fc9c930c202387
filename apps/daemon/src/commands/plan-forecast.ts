import { type Deltas, forecast } from "@k8s-snapshots/retention";

/** `{most, fewest, agesSeconds, method}`. */
export function forecastJson(deltas: Deltas, start: Date | undefined): string {
  const { most, fewest, ages, method } = forecast(deltas, optionsOf(start));
  return `${JSON.stringify({ most, fewest, agesSeconds: ages.map((age) => age / 1_000), method }, undefined, 2)}\n`;
}

/** What the schedule settles to, for people. */
export function forecastText(deltas: Deltas, start: Date | undefined): string {
  const { most, fewest, ages, method } = forecast(deltas, optionsOf(start));
  const generations = deltas.generations.map(({ delta, parent }) => `one each ${delta.text} up to ${parent.text}`);
  const settles = `Settles to ${fewest} to ${most} snapshots`;
  return [
    `${deltas.text}: a snapshot each ${deltas.interval.text}; kept: ${generations.join(", ")}.`,
    ...(method === "bound" ? [`${settles}.`] : [`${settles}, of these ages:`, ages.map(age).join("  ")]),
    "",
  ].join("\n");
}

function optionsOf(start: Date | undefined): { start?: Date } {
  return start === undefined ? {} : { start };
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** The two largest units: `6d23h`. */
function age(milliseconds: number): string {
  let rest = milliseconds;
  const parts: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count}${unit}`);
  }
  return parts.length === 0 ? "0s" : parts.join("");
}
