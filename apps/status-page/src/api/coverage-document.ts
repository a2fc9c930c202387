/** `GET api/v1/coverage`: the same as `k8s-snapshots coverage --output json`. Times are ISO 8601 in UTC. */
export interface CoverageDocument {
  readonly now: string;
  readonly cluster: string;

  /** Who was asked, in words. */
  readonly asked: string;
  readonly sum: CoverageSum;

  /** The least safe first. */
  readonly volumes: readonly CoverageVolume[];
}

/** How many volumes there are, and how many of them in which state. */
export interface CoverageSum extends Readonly<Record<Protection, number>> {
  readonly volumes: number;
}

/** How safe a volume's data is. */
export type Protection = "protected" | "late" | "unprotected" | "excluded";

/** One claim, or one volume that no claim has. */
export interface CoverageVolume {
  /** `PersistentVolumeClaim/NAMESPACE/NAME` or `PersistentVolume/NAME`. */
  readonly object: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly volume: string | null;
  readonly protection: Protection;

  /** As conditions spell it: `UpToDate`, `NoRule`. */
  readonly reason: string;
  readonly message: string;
  readonly rule: CoveringRule | null;
  readonly newest: string | null;
  readonly lateAt: string | null;
  readonly dueAt: string | null;

  /** How many good snapshots there are. */
  readonly held: number | null;
  readonly worstGapSeconds: number | null;
}

/** The rule that a volume's snapshots are taken by. */
export interface CoveringRule {
  readonly id: string;
  readonly deltas: string;
  readonly backend: string;
  readonly location: string;
  readonly disk: string;
  readonly intervalSeconds: number;
}
