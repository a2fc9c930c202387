import { CLUSTER_LABEL, HOLD_LABEL, type Labels, type SnapshotState } from "@k8s-snapshots/backend-api";
import { defaultPolicy, type Policy } from "../../src/policy.ts";
import type { Rule } from "../../src/rule.ts";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { type DiskState, newDiskState } from "../../src/state/disk-state.ts";
import type { Fact } from "../../src/state/fact.ts";
import { type LocationState, locationListed, type WholeList } from "../../src/state/location-state.ts";
import type { Present } from "../../src/state/present.ts";
import { reduce } from "../../src/state/reduce.ts";
import { observeDate, startClock } from "../../src/state/storage-clock.ts";
import { HOUR, type Instant, MINUTE } from "../../src/state/time.ts";
import { homeCluster, homeDisk, ruleOf } from "../../src/testing/index.ts";
import { isClaimable } from "./ownership.ts";

/** Time goes in steps of this. */
export const STEP = 30 * MINUTE;

/** When every world begins. */
export const START: Instant = Date.UTC(2026, 0, 1);

/** A snapshot in the storage system. Never changed: what happens to it makes another one. */
export interface Stored {
  readonly id: string;
  readonly createdAt: Instant;
  readonly state: SnapshotState;
  readonly labels: Labels;
}

/** What the daemon did lately, noted from outside. */
export interface Deed {
  readonly what:
    | "deleted-own"
    | "deleted-other"
    | "deleted-lifted"
    | "deleted-failed"
    | "made-room"
    | "became-ready"
    | "appeared"
    | "came-to-be-known";
  readonly at: Instant;

  /** The snapshot. */
  readonly id: string;
}

/** A schedule that was in force in this process, and until when. */
export interface Past {
  readonly schedule: string;
  readonly until: Instant;
}

/** One disk, its storage system, and the shipped core of one daemon. Immutable. */
export interface World {
  readonly now: Instant;

  /** How far the wall clock is ahead of the truth. */
  readonly wallError: number;

  /** How long ago the rules were confirmed: an API server may be away. */
  readonly rulesAge: number;
  readonly stored: readonly Stored[];
  readonly rule: Rule | undefined;
  readonly state: DiskState;
  readonly location: LocationState;

  /** What the newest finished list showed, as it was when it began. */
  readonly seen: readonly Stored[] | undefined;

  /** A list under way: what it will show. */
  readonly listing: { readonly begunAt: Instant; readonly content: readonly Stored[] } | undefined;
  readonly deeds: readonly Deed[];
  readonly pasts: readonly Past[];
  readonly processStartedAt: Instant;

  /** Since when this process has seen no rule. */
  readonly ruleGoneAt: Instant | undefined;

  /** The newest that this process ever saw ready or in the making: its date, and when it was first seen; infinity: the wall clock was behind it. */
  readonly newest: { readonly date: Instant; readonly seenAt: Instant; readonly isReady: boolean } | undefined;

  /** The rule said `expire` when it went, and the newest snapshot known did not. */
  readonly policyUnrecorded: boolean;

  /** What the storage system refused to delete, as this process was told. */
  readonly refusals: readonly { readonly id: string; readonly at: Instant }[];

  /** What this process was told that it made, though its date makes it look like a copy: the answer took more than an hour. */
  readonly answeredLate: readonly string[];

  /** A request for this disk was refused, or its answer lost, and none succeeded since. */
  readonly isRefused: boolean;

  /** The newest list lacked more than a share of what stands and the one before showed. */
  readonly lacksMany: boolean;
  readonly made: number;
}

/** What a world is made of. */
export interface Setup {
  readonly name: string;
  readonly schedules: readonly string[];
  readonly policy: Partial<Policy>;
  readonly maxSnapshotsPerDisk?: number;

  /** How many snapshots the storage system takes, which it does not declare. */
  readonly accountLimit?: number;

  /** The storage system answers with dates. */
  readonly dates: boolean;

  /** Most snapshots there at once; what would make more is not explored. */
  readonly mostStored: number;

  /** How long a life is explored. */
  readonly horizon: number;
  readonly start: (world: World) => World;
  readonly moves: readonly string[];
}

/** Short times, so that little has to pass for much to happen. */
export const policyOf = (setup: Setup): Policy => ({
  ...defaultPolicy,
  scheduleChangeGrace: 3 * HOUR,
  deletionBudgetWindow: 3 * HOUR,
  stuckAfter: 3 * HOUR,
  absenceBeforeExpiry: HOUR,
  minInterval: 0,
  rulesMaxAge: 3 * HOUR,
  rulesMaxAgeForDeletions: HOUR / 6,
  ...setup.policy,
});

export function newWorld(setup: Setup): World {
  const world: World = {
    now: START,
    wallError: 0,
    rulesAge: 0,
    stored: [],
    rule: ruleOf(setup.schedules[0] as string),
    state: newDiskState(homeDisk),
    location: newLocation(setup, START, 0, 0),
    seen: undefined,
    listing: undefined,
    deeds: [],
    pasts: [],
    processStartedAt: START,
    ruleGoneAt: undefined,
    newest: undefined,
    policyUnrecorded: false,
    refusals: [],
    answeredLate: [],
    isRefused: false,
    lacksMany: false,
    made: 0,
  };
  return applyFact(setup, setup.start(world), { type: "rule.changed", rule: world.rule });
}

function newLocation(setup: Setup, now: Instant, wallError: number, processes: number): LocationState {
  return {
    backend: "memory",
    location: homeDisk.location,
    capabilities: {
      restore: false,
      listLagMs: 0,
      ...(setup.maxSnapshotsPerDisk !== undefined && { maxSnapshotsPerDisk: setup.maxSnapshotsPerDisk }),
    },
    identity: { cluster: homeCluster, formerClusters: ["former"], instance: `me${processes}` },
    clock: startClock({ monotonic: now - START, wall: now + wallError }),
    unresolvedRules: new Set(),
  };
}

export function presentOf(setup: Setup, { now, wallError, rulesAge, location }: World): Present {
  return {
    moment: { monotonic: now - START, wall: now + wallError },
    location,
    policy: policies.get(setup) ?? remember(setup),
    ...(rulesAge > 0 && { rulesAge }),
  };
}

const policies = new WeakMap<Setup, Policy>();

function remember(setup: Setup): Policy {
  const policy = policyOf(setup);
  policies.set(setup, policy);
  return policy;
}

export function applyFact(setup: Setup, world: World, fact: Fact): World {
  return { ...world, state: reduce(world.state, fact, presentOf(setup, world)) };
}

/** An answer of the storage system carries its date, or is itself dated: that of a creation. */
export function answered(setup: Setup, world: World, isCreation = false): World {
  if (!setup.dates && !isCreation) return world;
  const { moment, policy } = presentOf(setup, world);
  const clock = observeDate(world.location.clock, world.now, moment, policy.clockTolerance);
  return { ...world, location: { ...world.location, clock } };
}

/** A list ends that began at `begunAt`, and shows `content`. */
export function endList(setup: Setup, before: World, begunAt: Instant, content: readonly Stored[]): World {
  const world = answered(setup, before);
  const { moment, policy } = presentOf(setup, world);
  const listBefore = world.location.list;
  const location = locationListed(world.location, begunAt - START, moment, policy.clockTolerance);
  return applyFact(
    setup,
    {
      ...noteNewest(world, content.filter(isClaimable)),
      deeds: [...world.deeds, ...comeToBeKnown(world, content)],
      location,
      seen: content,
      listing: undefined,
      lacksMany: lacksMany(world, content),
    },
    {
      type: "disk.listed",
      list: location.list as WholeList,
      before: listBefore,
      snapshots: content.filter(({ labels }) => labels["created-by"] !== undefined).map(listedOf),
      unlabelled: content.filter(({ labels }) => labels["created-by"] === undefined).length,
    },
  );
}

/** Ready ones that this process did not know to be ready; its first list comes upon all. */
function comeToBeKnown({ seen, state, now }: World, content: readonly Stored[]): readonly Deed[] {
  if (seen === undefined) return [];
  const known = new Set(seen.filter((one) => one.state === "ready").map(({ id }) => id));
  for (const { row } of state.accepted) if (row.state === "ready") known.add(row.id);
  return content
    .filter((one) => one.state === "ready" && !known.has(one.id) && isClaimable(one))
    .map(({ id }) => ({ what: "came-to-be-known", at: now, id }));
}

/** What this process comes to see. One that it saw in the making is first seen ready later: from then on time is measured (rule 15). */
export function noteNewest(world: World, seen: readonly Stored[]): World {
  let { newest } = world;
  for (const one of seen) {
    const counts = one.state !== "failed" && one.createdAt <= world.now + 5 * MINUTE;
    const date = newest?.date ?? Number.NEGATIVE_INFINITY;
    const isReady = one.state === "ready";
    const gotReady = isReady && newest?.isReady === false && one.createdAt === date;
    if (counts && (one.createdAt > date || gotReady))
      newest = { date: one.createdAt, seenAt: world.wallError < 0 ? Number.POSITIVE_INFINITY : world.now, isReady };
  }
  return newest === world.newest ? world : { ...world, newest };
}

/** More than rule 4 lets go are missing from a list though they stand, which the list before it showed. */
function lacksMany({ seen = [], stored, rule }: World, content: readonly Stored[]): boolean {
  const standing = new Set(stored.map(({ id }) => id));
  const listed = new Set(content.map(({ id }) => id));
  const before = seen.filter((one) => one.state === "ready" && one.labels[CLUSTER_LABEL] === homeCluster);
  const missing = before.filter(({ id }) => standing.has(id) && !listed.has(id));
  return missing.length > Math.max((rule?.deltas?.generations.length ?? 1) + 1, Math.floor(before.length / 10));
}

export function listedOf({ id, createdAt, state, labels }: Stored): ListedSnapshot {
  return { id, createdAt, state, labels };
}

/** The process ends and another one begins: it knows nothing but the rules. */
export function restarted(setup: Setup, world: World): World {
  const location = newLocation(setup, world.now, world.wallError, world.made + 1);
  const fresh: World = {
    ...world,
    rulesAge: 0,
    state: newDiskState(homeDisk),
    location,
    seen: undefined,
    listing: undefined,
    pasts: [],
    processStartedAt: world.now,
    ruleGoneAt: world.rule === undefined ? world.now : undefined,
    newest: undefined,
    policyUnrecorded: false,
    refusals: [],
    answeredLate: [],
    isRefused: false,
    lacksMany: false,
    made: world.made + 1,
  };
  return world.rule === undefined ? fresh : applyFact(setup, fresh, { type: "rule.changed", rule: world.rule });
}

export function isHeld({ labels }: Stored): boolean {
  return labels[HOLD_LABEL] === "true";
}

/** A person lifted rule 4: by the setting, or by confirming the schedule. */
export function isLifted({ rule }: World): boolean {
  return (
    rule?.ignoreDeletionBudget === true || (rule?.deltas !== undefined && rule.confirmedDeltas === rule.deltas.text)
  );
}
