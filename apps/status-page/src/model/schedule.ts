import { averageMilliseconds, type Duration, parseDeltas } from "@k8s-snapshots/retention";

/** What the list says of a schedule. In milliseconds. */
export interface Schedule {
  /** `hourly for 1 d, daily 1 w`. */
  readonly words: string;
  readonly interval: number;
  readonly reach: number;
}

const HOUR = 3_600_000;
const known = new Map<string, Schedule>();

/** Most volumes share a few schedules. A text that cannot be read stands for itself. */
export function scheduleOf(deltas: string): Schedule {
  const found = known.get(deltas) ?? read(deltas);
  known.set(deltas, found);
  return found;
}

function read(text: string): Schedule {
  try {
    const { generations, interval, durations } = parseDeltas(text);
    const words = generations.map(({ delta, parent }, index) => {
      return `${howOften(delta)} ${index === 0 ? "for " : ""}${brief(parent)}`;
    });
    const reach = Math.max(...durations.map(averageMilliseconds));
    return { words: words.join(", "), interval: averageMilliseconds(interval), reach };
  } catch {
    return { words: text, interval: HOUR, reach: 0 };
  }
}

const often: ReadonlyMap<string, string> = new Map([
  ["1 h", "hourly"],
  ["1 d", "daily"],
  ["1 w", "weekly"],
  ["1 mo", "monthly"],
  ["1 y", "yearly"],
]);

function howOften(duration: Duration): string {
  const length = brief(duration);
  return often.get(length) ?? `every ${length}`;
}

/** `30 d`, `1 w`, `18 mo`. */
function brief({ months, milliseconds, text }: Duration): string {
  if (months > 0) {
    if (milliseconds > 0) return text;
    return months % 12 === 0 ? `${months / 12} y` : `${months} mo`;
  }
  const units = [
    [168 * HOUR, "w"],
    [24 * HOUR, "d"],
    [HOUR, "h"],
    [60_000, "min"],
    [1_000, "s"],
  ] as const;
  const [size, unit] = units.find(([size]) => milliseconds % size === 0) ?? [1, "ms"];
  return `${milliseconds / size} ${unit}`;
}
