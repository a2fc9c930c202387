/** `GET api/v1/timelines?volume=OBJECT&volume=OBJECT`: what rows of the page draw. Times are seconds since 1970. */
export interface TimelinesDocument {
  readonly now: number;

  /** By the object of the coverage document; a volume without a disk or a rule has none. */
  readonly timelines: Readonly<Record<string, Timeline>>;
}

/** The snapshots of one volume, and where there should be others. */
export interface Timeline {
  /** How far back the schedule reaches, in seconds. */
  readonly reach: number;

  /** The newest first. */
  readonly marks: readonly Mark[];
  readonly gaps: readonly Gap[];

  /** When the schedule would have one, were its rule as old as that. */
  readonly expected: readonly number[];
}

/** How long a time a snapshot stands for. */
export type SlotClass = "minutes" | "hours" | "days" | "weeks" | "months";

/** `stuck`: pending for so long that the daemon has stopped waiting for it. */
export type MarkState = "ready" | "pending" | "stuck" | "failed" | "unknown" | "deleting";

/** One snapshot. */
export interface Mark {
  readonly id: string;
  readonly at: number;
  readonly slot: SlotClass;
  readonly state: MarkState;

  /** Somebody's label keeps it. */
  readonly held?: true;

  /** No slot wants it any more, or none will once there is the next one. */
  readonly goes?: true;
}

/** A time in which the schedule wants snapshots, and there are none. */
export interface Gap {
  readonly from: number;

  /** `null`: it goes on. */
  readonly to: number | null;

  /** How many there should be, and how far apart, in seconds. */
  readonly missing: number;
  readonly step: number;
}
