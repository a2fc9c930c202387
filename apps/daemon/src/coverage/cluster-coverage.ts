import type { ClusterObjects } from "@k8s-snapshots/k8s-source";
import { diskKey, type Rule } from "@k8s-snapshots/scheduler";
import type { ResolvedRule } from "../rules/resolved-rule.ts";
import { describeVolume, isInForce, type Judgement, judgeVolume, type KnownDisks } from "./judge-volume.ts";
import { type Subject, subjectsOf } from "./subjects.ts";
import { type CoverageSum, sumOf, type VolumeCoverage } from "./volume-coverage.ts";
import type { VolumeDisks } from "./volume-disks.ts";

/** What the coverage of a cluster follows from. */
export interface CoverageSources {
  readonly objects: Pick<ClusterObjects, "claims" | "volumes">;

  /** What became of what each object declares, by its id. */
  readonly rules: ReadonlyMap<string, ResolvedRule>;
  readonly known: KnownDisks;

  /** Which disks volumes are. Asked only where a rule names a disk by itself. */
  readonly disks: Pick<VolumeDisks, "diskOf">;

  /** The annotation that says why a volume needs no snapshots. */
  readonly excludeKey: string;
}

/** Every claim and volume of the cluster, and whether its data is safe; in no particular order. */
export function coverageOf(sources: CoverageSources, now: number): VolumeCoverage[] {
  return [...eachCoverage(sources, now)];
}

/** The same, one after the other: for whoever must not be busy for long. */
export function* eachCoverage(sources: CoverageSources, now: number): Generator<VolumeCoverage> {
  for (const [subject, judgement] of judgeAll(sources, now)) yield describeVolume(subject, judgement, now);
}

/**
 * How many there are of each kind, without a word about any of them.
 *
 * @param isCounted - by the rule that is in force for a volume. Default: all are
 */
export function sumOfCoverage(
  sources: CoverageSources,
  now: number,
  isCounted: (rule: Rule | undefined) => boolean = () => true,
): CoverageSum {
  const judgements = Array.from(judgeAll(sources, now), ([, judgement]) => judgement);
  return sumOf(judgements.filter(({ inForce }) => isCounted(inForce?.rule)));
}

/** What is thought of each, in short. */
export function* judgeAll(
  { objects, rules, known, disks, excludeKey }: CoverageSources,
  now: number,
): Generator<readonly [Subject, Judgement]> {
  const byVolume = Map.groupBy(rules.values(), ({ target }) =>
    target?.kind === "volume" ? target.volume.metadata.uid : undefined,
  );
  const byDisk = rulesOfDisks(rules);
  for (const subject of subjectsOf(objects)) {
    const { id, volume } = subject;
    // What asks for the object itself may have no volume that could be told.
    const own = [rules.get(id), volume && rules.get(`PersistentVolume/${volume.metadata.name}`)];
    const asking = new Set([
      ...own.filter((one) => one !== undefined),
      ...(byVolume.get(volume?.metadata.uid ?? "") ?? []),
    ]);
    if (byDisk.size > 0 && volume !== undefined && ![...asking].some(isInForce)) {
      const ofDisk = byDisk.get(disks.diskOf(volume) ?? "");
      if (ofDisk !== undefined) asking.add(ofDisk);
    }
    yield [subject, judgeVolume(subject, [...asking], known, excludeKey, now)];
  }
}

/** Those in force that name a disk and no volume, by its key. */
function rulesOfDisks(rules: CoverageSources["rules"]): ReadonlyMap<string, ResolvedRule> {
  const byDisk = new Map<string, ResolvedRule>();
  for (const resolved of rules.values()) {
    const { rule, target } = resolved;
    if (rule !== undefined && target?.kind === "disk") byDisk.set(diskKey(rule.backend, rule.disk), resolved);
  }
  return byDisk;
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
