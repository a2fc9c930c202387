import {
  CLUSTER_LABEL,
  type Disk,
  IDEMPOTENCY_KEY_LABEL,
  type Labels,
  MARKS_LABEL,
  type SnapshotState,
} from "@k8s-snapshots/backend-api";
import { diskMark } from "./disk-mark.ts";
import { fewNames } from "./few-names.ts";
import { type Marks, marksOf, type RequestMarks, readMarks } from "./marks.ts";
import { none } from "./none.ts";
import { otherToolOf } from "./other-tools.ts";
import { byAge, type SnapshotRow } from "./snapshot-table.ts";
import { HOUR, type Instant, MINUTE } from "./time.ts";

/** A snapshot of a disk that carries the author's label, as a list yielded it. */
export interface ListedSnapshot {
  readonly id: string;
  readonly createdAt: Instant;
  readonly state: SnapshotState;
  readonly labels: Labels;
  readonly failure?: string;
}

/** Snapshots of the disk that are not ours, though they carry the author's label: how many, and of whom. */
export interface Strangers {
  readonly otherClusters: number;
  /** Ids of those clusters, a few of them. */
  readonly clusters: readonly string[];
  /** Copies of ours, and what stands twice under one request. */
  readonly copies: number;
  readonly otherTools: number;
  readonly tools: readonly string[];
  /** Of nobody by name, on a disk where another cluster's stand too. */
  readonly unclaimed: number;
}

export const noStrangers: Strangers = Object.freeze({
  otherClusters: 0,
  clusters: none,
  copies: 0,
  otherTools: 0,
  tools: none,
  unclaimed: 0,
});

/** Who we are: what rule 11 recognises our snapshots by. */
export interface Identity {
  readonly cluster: string;
  readonly formerClusters: readonly string[];
  /** This process. */
  readonly instance: string;
}

/** Snapshots of ours, and who else has some of the disk. */
export interface Claim {
  readonly rows: readonly SnapshotRow[];
  readonly strangers: Strangers;
  /** Those of them that another process requested since this one's first list. */
  readonly elsewhere: readonly { readonly id: string; readonly createdAt: Instant; readonly instance: string }[];
}

/** How long after its request a snapshot may be dated and not count as a copy. */
const LONGEST_DELAY = HOUR;

/**
 * Safety rule 11: which of a disk's snapshots are ours. Ours are those of this cluster, or a former one, or of no cluster
 * by name, that were requested for this disk and at that time.
 *
 * @param firstListAt - the date at which this process's first list began; `undefined` where there are no dates, or for
 *   that list itself
 * @param isOwnWrite - whether this process made the snapshot, whatever its marks say
 */
export function claimSnapshots(
  listed: readonly ListedSnapshot[],
  disk: Disk,
  identity: Identity,
  firstListAt: Instant | undefined,
  isOwnWrite: (id: string) => boolean,
): Claim {
  const mark = diskMark(disk);
  const candidates = listed.map((snapshot) => ({ snapshot, record: readMarks(snapshot.labels[MARKS_LABEL]) }));
  const formerIsAlive = isFormerAlive(listed, identity, firstListAt);
  const others: string[] = [];
  const tools: string[] = [];
  let copies = 0;
  const mine: Candidate[] = [];
  for (const { snapshot, record } of candidates) {
    const tool = otherToolOf(snapshot.labels);
    const cluster = clusterOf(snapshot.labels, identity, formerIsAlive);
    if (tool !== undefined) tools.push(tool);
    else if (cluster === undefined) others.push(snapshot.labels[CLUSTER_LABEL] as string);
    else if (record !== undefined && isCopy(snapshot, record, mark) && !isOwnWrite(snapshot.id)) copies++;
    else mine.push({ snapshot, record, cluster });
  }
  const claimed = mine.filter(({ cluster }) => cluster !== "none" || others.length === 0);
  const unclaimed = mine.length - claimed.length;
  const { rows, doubles } = resolveKeys(claimed, identity);
  copies += doubles;
  return {
    rows,
    strangers: strangersOf(others, tools, copies, unclaimed),
    elsewhere: claimed
      .filter((one) => isRequestedElsewhere(one, identity, firstListAt))
      .map(({ snapshot, record }) => ({
        id: snapshot.id,
        createdAt: snapshot.createdAt,
        instance: (record as RequestMarks).instance,
      })),
  };
}

function strangersOf(
  others: readonly string[],
  tools: readonly string[],
  copies: number,
  unclaimed: number,
): Strangers {
  if (others.length + tools.length + copies + unclaimed === 0) return noStrangers;
  return {
    otherClusters: others.length,
    clusters: namesOf(others),
    copies,
    otherTools: tools.length,
    tools: namesOf(tools),
    unclaimed,
  };
}

interface Candidate {
  readonly snapshot: ListedSnapshot;
  readonly record: RequestMarks | undefined;
  readonly cluster: Marks["cluster"];
}

/** `undefined`: another cluster's. */
function clusterOf(labels: Labels, identity: Identity, formerIsAlive: boolean): Marks["cluster"] | undefined {
  const cluster = labels[CLUSTER_LABEL];
  if (cluster === undefined) return "none";
  if (cluster === identity.cluster) return "ours";
  return !formerIsAlive && identity.formerClusters.includes(cluster) ? "former" : undefined;
}

/** A cluster under whose id snapshots still get made is not a former one, whatever the setting says. */
function isFormerAlive(
  listed: readonly ListedSnapshot[],
  identity: Identity,
  firstListAt: Instant | undefined,
): boolean {
  if (firstListAt === undefined || identity.formerClusters.length === 0) return false;
  return listed.some(
    ({ labels, createdAt }) =>
      identity.formerClusters.includes(labels[CLUSTER_LABEL] ?? "") && createdAt > firstListAt + MINUTE,
  );
}

function isCopy({ createdAt }: ListedSnapshot, { disk, requestedAt }: RequestMarks, mark: string): boolean {
  return disk !== mark || (requestedAt !== undefined && createdAt - requestedAt > LONGEST_DELAY);
}

function isRequestedElsewhere(
  { snapshot, record, cluster }: Candidate,
  { instance }: Identity,
  firstListAt: Instant | undefined,
): boolean {
  if (cluster !== "ours" || record === undefined || record.instance === instance) return false;
  return firstListAt !== undefined && snapshot.createdAt > firstListAt;
}

/**
 * Of several snapshots with one key, the oldest is ours. The others are ours too, as doubles, if another request made them
 * (two daemons at once); what carries the very marks of the oldest is a copy, and is left.
 */
function resolveKeys(
  candidates: readonly Candidate[],
  { instance }: Identity,
): { readonly rows: readonly SnapshotRow[]; readonly doubles: number } {
  const seen = new Map<string, Set<string>>();
  const rows: SnapshotRow[] = [];
  let doubles = 0;
  const oldestFirst = candidates.length < 2 ? candidates : candidates.toSorted((a, b) => byAge(a.snapshot, b.snapshot));
  for (const { snapshot, record, cluster } of oldestFirst) {
    const { id, createdAt, state, labels, failure } = snapshot;
    const key = state === "failed" ? undefined : labels[IDEMPOTENCY_KEY_LABEL];
    const requests = key === undefined ? undefined : seen.get(key);
    const request = labels[MARKS_LABEL] ?? "";
    if (requests?.has(request)) {
      doubles++;
      continue;
    }
    if (key !== undefined) seen.set(key, (requests ?? new Set()).add(request));
    const marks = marksOf(labels, cluster, failure, record);
    rows.push({
      id,
      createdAt,
      state,
      requestedHere: record?.instance === instance,
      marks: requests === undefined ? marks : { ...marks, double: true },
    });
  }
  return { rows, doubles };
}

function namesOf(owners: readonly string[]): readonly string[] {
  return fewNames([...new Set(owners)].sort());
}
