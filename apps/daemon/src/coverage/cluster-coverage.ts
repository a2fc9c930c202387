import type { ClusterObjects } from "@k8s-snapshots/k8s-source";
import type { ResolvedRule } from "../rules/resolved-rule.ts";
import { judgeVolume, type KnownDisks } from "./judge-volume.ts";
import { subjectsOf } from "./subjects.ts";
import type { VolumeCoverage } from "./volume-coverage.ts";

/** What the coverage of a cluster follows from. */
export interface CoverageSources {
  readonly objects: Pick<ClusterObjects, "claims" | "volumes">;

  /** What became of what each object declares, by its id. */
  readonly rules: ReadonlyMap<string, ResolvedRule>;
  readonly known: KnownDisks;

  /** The annotation that says why a volume needs no snapshots. */
  readonly excludeKey: string;
}

/** Every claim and volume of the cluster, and whether its data is safe; in no particular order. */
export function coverageOf(sources: CoverageSources, now: number): VolumeCoverage[] {
  return [...eachCoverage(sources, now)];
}

/** The same, one after the other: for whoever must not be busy for long. */
export function* eachCoverage(
  { objects, rules, known, excludeKey }: CoverageSources,
  now: number,
): Generator<VolumeCoverage> {
  const byVolume = Map.groupBy(rules, ([, { target }]) =>
    target?.kind === "volume" ? target.volume.metadata.uid : undefined,
  );
  for (const subject of subjectsOf(objects)) {
    const { id, volume } = subject;
    const asking = new Map(volume && byVolume.get(volume.metadata.uid));
    // What asks for the object itself may have no volume that could be told.
    for (const own of [id, volume && `PersistentVolume/${volume.metadata.name}`]) {
      const rule = own === undefined ? undefined : rules.get(own);
      if (own !== undefined && rule !== undefined) asking.set(own, rule);
    }
    yield judgeVolume(subject, [...asking.values()], known, excludeKey, now);
  }
}

const ranks = { unprotected: 0, late: 1, protected: 2, excluded: 3 } as const satisfies Record<
  VolumeCoverage["protection"],
  number
>;

/**
 * The least safe first: asked for and not got, never asked for, without a volume; late ones by how many intervals; protected
 * ones by age in intervals.
 */
export function byRisk(now: number): (a: VolumeCoverage, b: VolumeCoverage) => number {
  const risk = ({ protection, rule, reason, newest, lateAt }: VolumeCoverage): number => {
    if (protection === "unprotected") {
      if (rule !== undefined) return newest === undefined ? Number.MAX_VALUE : now - newest;
      return unasked.get(reason) ?? 0;
    }
    const since = protection === "late" ? lateAt : newest;
    return since === undefined || rule === undefined ? 0 : (now - since) / rule.interval;
  };
  return (a, b) =>
    ranks[a.protection] - ranks[b.protection] ||
    risk(b) - risk(a) ||
    (a.object < b.object ? -1 : a.object > b.object ? 1 : 0);
}

const unasked: ReadonlyMap<string, number> = new Map([
  ["NoRule", -1],
  ["Released", -2],
  ["PendingDeletion", -2],
  ["Available", -3],
  ["Unbound", -4],
]);
