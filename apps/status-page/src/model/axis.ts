/** A logarithmic axis of ages: from now on the right to long ago on the left. In milliseconds. */
export interface Axis {
  /** What is younger than this is drawn nearly linearly. */
  readonly bend: number;

  /** Where the left end lies. */
  readonly far: number;
}

/** A label below the axis. */
export interface Tick {
  readonly age: number;
  readonly label: string;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** To the right of now lies one interval, linear, in pixels. */
export const FUTURE = 26;
const LEFT = 2;
const LEAST_FAR = 420 * DAY;
const QUICK = 2 * HOUR;

/** What is finer than the bend has little room: what is far gets it. */
const month: Axis = { bend: 20 * MINUTE, far: 32 * DAY };
const year: Axis = { bend: DAY, far: 400 * DAY };
const years: Pick<Axis, "bend"> = { bend: 10 * DAY };

/** The ends of the axis that most clusters have, so that it looks alike in all of them. */
const usual: Axis = { bend: 20 * MINUTE, far: LEAST_FAR };

/** What the axis gives room to: all of it alike, or more to the last month, the last year, or years. */
export type Zoom = "all" | "month" | "year" | "years";

/** The ones that there is something to see by; none where seconds stand for hours. */
export function zoomsFor(reach: number): readonly Zoom[] {
  if (isQuick(reach)) return ["all"];
  return reach > LEAST_FAR ? ["all", "month", "year", "years"] : ["all", "month", "year"];
}

/**
 * One axis for all rows.
 *
 * @param reach - how far back the longest schedule reaches
 * @param interval - the shortest interval
 * @param zoom - one that is not in {@link zoomsFor} counts as all. Default: all
 */
export function axisFor(reach: number, interval: number, zoom: Zoom = "all"): Axis {
  // Where seconds stand for hours, as in the demo.
  if (isQuick(reach)) return { bend: interval / 3, far: reach * 1.4 };
  const all = Math.max(usual.far, reach * 1.12);
  if (!zoomsFor(reach).includes(zoom)) return { ...usual, far: all };
  return { all: { ...usual, far: all }, month, year, years: { ...years, far: all } }[zoom];
}

function isQuick(reach: number): boolean {
  return reach > 0 && reach < QUICK;
}

/** Where an age lies, in pixels from the left. */
export function xOfAge({ bend, far }: Axis, age: number, width: number): number {
  const position = 1 - Math.log1p(Math.max(0, age) / bend) / Math.log1p(far / bend);
  return LEFT + (width - FUTURE - LEFT) * position;
}

/** Which age lies there. */
export function ageOfX({ bend, far }: Axis, x: number, width: number): number {
  const position = (x - LEFT) / (width - FUTURE - LEFT);
  return bend * Math.expm1((1 - position) * Math.log1p(far / bend));
}

const ticks: readonly Tick[] = [
  { age: 0, label: "now" },
  { age: 365.25 * DAY, label: "1 y" },
  { age: DAY, label: "1 d" },
  { age: 7 * DAY, label: "1 w" },
  { age: 30.44 * DAY, label: "1 mo" },
  { age: HOUR, label: "1 h" },
  { age: 6 * HOUR, label: "6 h" },
  { age: 5 * 365.25 * DAY, label: "5 y" },
  { age: MINUTE, label: "1 min" },
  { age: 10 * MINUTE, label: "10 min" },
  { age: 10 * SECOND, label: "10 s" },
  { age: 3 * SECOND, label: "3 s" },
  { age: 30 * SECOND, label: "30 s" },
  { age: 5 * MINUTE, label: "5 min" },
];

/** What lies between them, where what is far has room. */
const coarse: readonly Tick[] = [
  { age: 3 * 30.44 * DAY, label: "3 mo" },
  { age: 6 * 30.44 * DAY, label: "6 mo" },
  { age: 2 * 365.25 * DAY, label: "2 y" },
];
const LEAST_DISTANCE = 44;

/** The labels that have room; those that matter most first. */
export function ticksOf(axis: Axis, width: number): readonly Tick[] {
  const chosen: Tick[] = [];
  for (const tick of axis.bend < DAY ? ticks : [...ticks, ...coarse]) {
    const x = xOfAge(axis, tick.age, width);
    const hasRoom = chosen.every(({ age }) => Math.abs(xOfAge(axis, age, width) - x) >= LEAST_DISTANCE);
    if (tick.age < axis.far && hasRoom) chosen.push(tick);
  }
  return chosen.sort((a, b) => b.age - a.age);
}
