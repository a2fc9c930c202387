/**
 * How safe the data of a volume is.
 *
 * - `protected`: its newest good snapshot is as young as its schedule promises.
 * - `late`: it has one, older than that, and younger than ten intervals or a day.
 * - `unprotected`: it has none, or only an older one, or somebody has to act before there is another.
 * - `excluded`: somebody said that it needs none, and why.
 */
export type Protection = "protected" | "late" | "unprotected" | "excluded";

/** One volume or claim, and whether its data is safe. Times in milliseconds since 1970. */
export interface VolumeCoverage {
  /** `PersistentVolumeClaim/NAMESPACE/NAME` or `PersistentVolume/NAME`. */
  readonly object: string;

  /** Of a claim. */
  readonly namespace?: string;

  readonly name: string;

  /** The PersistentVolume; absent where a claim has none. */
  readonly volume?: string;

  readonly protection: Protection;

  /** Why, as conditions spell it: `UpToDate`, `Late`, `NoRule`. */
  readonly reason: string;

  /** The same in words. */
  readonly message: string;

  /** What is in force for it. */
  readonly rule?: CoveringRule;

  /** When the newest good snapshot was taken. */
  readonly newest?: number;

  /** From when on the newest is too old. */
  readonly lateAt?: number;

  /** When the next is due. */
  readonly dueAt?: number;

  /** How many good ones there are. */
  readonly held?: number;

  /** The longest time without a snapshot among those that the finest generation spans, up to now; in milliseconds. */
  readonly worstGap?: number;
}

/** The rule that a volume's snapshots are taken by. */
export interface CoveringRule {
  readonly id: string;
  readonly deltas: string;

  /** In milliseconds. */
  readonly interval: number;
  readonly backend: string;
  readonly location: string;
  readonly disk: string;
}

/** The totals of the cluster's volumes. */
export interface CoverageSum extends Readonly<Record<Protection, number>> {
  readonly volumes: number;

  /** How many, by protection and reason. */
  readonly reasons: ReadonlyMap<Protection, ReadonlyMap<string, number>>;
}

export function sumOf(volumes: readonly Pick<VolumeCoverage, "protection" | "reason">[]): CoverageSum {
  const counts = { protected: 0, late: 0, unprotected: 0, excluded: 0 };
  const reasons = new Map<Protection, Map<string, number>>();
  for (const { protection, reason } of volumes) {
    counts[protection]++;
    const ofProtection = reasons.get(protection) ?? new Map<string, number>();
    reasons.set(protection, ofProtection.set(reason, (ofProtection.get(reason) ?? 0) + 1));
  }
  return { volumes: volumes.length, ...counts, reasons };
}

/** Whether nothing is late or unprotected. */
export function isAllProtected({ late, unprotected }: CoverageSum): boolean {
  return late === 0 && unprotected === 0;
}
