/**
 * What the Python daemon takes for the same, as it was measured before this one was written: its newest version on CPython
 * 3.9 against kube-apiserver 1.36.3 and moto 5.2 on two cores, single runs, EBS CSI volumes.
 */
export interface SeedFigures {
  /** MiB. */
  readonly memory: number;
  /** Seconds from the start to the first CreateSnapshot; `undefined`: not within 600 s for all. */
  readonly firstSnapshot?: number;
}

/** By the number of volumes: RSS with 1 and 1,000 volumes; the first snapshot is one of a single volume. */
export const seedFigures: Readonly<Record<number, SeedFigures>> = {
  1: { memory: 72.5, firstSnapshot: 15.2 },
  1000: { memory: 103 },
};

/** Requests for one snapshot that is ready at once: CreateSnapshot, CreateTags, and DescribeSnapshots, of which three list all. */
export const seedCallsPerSnapshot = 6;
