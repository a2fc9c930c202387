import { createMemoryBackend, type MemoryStorage } from "@k8s-snapshots/backend-api/memory";
import {
  type ClaimObject,
  defaultRuleSettings,
  deriveRules,
  type RuleTarget,
  type SnapshotRuleObject,
  type VolumeObject,
} from "@k8s-snapshots/k8s-source";
import { averageMilliseconds, parseDeltas } from "@k8s-snapshots/retention";
import { diskKey, planLocations, type Rule } from "@k8s-snapshots/scheduler";
import { homeCluster, labelsOfRequest, seededRandom } from "@k8s-snapshots/scheduler/testing";
import { expect, it } from "vitest";
import { wholeCount } from "../../../test-support/whole-count.ts";
import { coverageOf } from "../src/coverage/cluster-coverage.ts";
import type { VolumeCoverage } from "../src/coverage/volume-coverage.ts";
import type { Declared, Resolution } from "../src/rules/resolved-rule.ts";
import { ResolvedRules } from "../src/rules/resolved-rules.ts";

/** In CI a hundred thousand. */
const WORLDS = Number(process.env["COVERAGE_WORLDS"] ?? wholeCount(2_000, 400));

const HOUR = 3_600_000;
const now = Date.UTC(2026, 6, 1);
const creationTimestamp = "2026-01-01T00:00:00Z";
const key = "backup.kubernetes.io/";

/** The clock stands still: all that counts is how old snapshots are. */
const clock = { monotonic: () => 0, wall: () => now, after: () => () => {} };

type Random = <Choice>(...choices: readonly Choice[]) => Choice;

interface World {
  readonly claims: Map<string, ClaimObject>;
  readonly volumes: Map<string, VolumeObject>;
  readonly snapshotRules: Map<string, SnapshotRuleObject>;
  readonly storage: MemoryStorage;
  readonly coverage: readonly VolumeCoverage[];

  /** Names of the volumes whose disk a rule in force names by itself. */
  readonly namedDisks: ReadonlySet<string>;
}

it(`in ${WORLDS} random worlds nothing is protected without a good, young enough snapshot behind it`, {
  timeout: 1_800_000,
}, async () => {
  const seen = new Map<string, number>();
  for (let seed = 0; seed < WORLDS; seed++) {
    const world = await randomWorld(seed);
    for (const { protection, reason } of world.coverage) {
      seen.set(protection, (seen.get(protection) ?? 0) + 1);
      seen.set(reason, (seen.get(reason) ?? 0) + 1);
    }
    const wrong = world.coverage.filter((one) => one.protection === "protected" && !isTrulyProtected(one, world));
    expect(wrong, `seed ${seed}`).toEqual([]);
    const unasked = world.coverage.filter(
      ({ volume = "", rule }) => world.namedDisks.has(volume) && rule === undefined,
    );
    expect(unasked, `seed ${seed}: a rule names the disk`).toEqual([]);
    if (world.coverage.some(({ rule, protection }) => rule?.id.includes("/kube-system/") && protection === "protected"))
      seen.set("by its disk", (seen.get("by its disk") ?? 0) + 1);
    const objects = [...world.claims.keys()].map((path) => `PersistentVolumeClaim/${path}`);
    expect(world.coverage.map(({ object }) => object)).toEqual(expect.arrayContaining(objects));
  }
  // What the worlds reach.
  for (const one of ["protected", "late", "unprotected", "excluded"])
    expect(seen.get(one) ?? 0, one).toBeGreaterThan(WORLDS / 50);
  for (const reason of [
    "NoRule",
    "Unbound",
    "Released",
    "InvalidDeltas",
    "NoSnapshotYet",
    "OtherCluster",
    "PendingDeletion",
    "by its disk",
  ]) {
    expect([...seen.keys()]).toContain(reason);
  }
});

/** By what the storage system holds, and nothing that the program says: rule 13's bound for a making of up to an hour. */
function isTrulyProtected({ object, volume: name = "" }: VolumeCoverage, world: World): boolean {
  const volume = world.volumes.get(name);
  const path = /^PersistentVolumeClaim\/(.*)$/.exec(object)?.[1];
  const claim = path === undefined ? undefined : world.claims.get(path);
  if (volume === undefined || (path !== undefined && volume.spec.claimRef?.uid !== claim?.metadata.uid)) return false;
  const asking = [
    volume.metadata.annotations,
    world.claims.get(`${volume.spec.claimRef?.namespace}/${volume.spec.claimRef?.name}`)?.metadata.annotations,
    ...[...world.snapshotRules.values()].map(({ spec }) => spec as Record<string, string>),
  ];
  const intervals = asking.flatMap((from) => intervalOf(from?.[`${key}deltas`] ?? from?.["deltas"]));
  const bound = Math.max(
    ...intervals.map((interval) => Math.max(interval, HOUR) + HOUR + Math.max(HOUR / 6, interval / 10)),
  );
  for (const snapshot of world.storage.snapshots("home")) {
    if (snapshot.diskId !== volume.metadata.name || snapshot.state !== "ready") continue;
    if (snapshot.labels["k8s-snapshots/cluster"] === "cluster-2") continue;
    const age = now - snapshot.createdAt.getTime();
    if (age < bound && age > -HOUR / 12) return true;
  }
  return false;
}

function intervalOf(deltas: string | undefined): readonly number[] {
  if (deltas === undefined) return [];
  try {
    return [averageMilliseconds(parseDeltas(deltas).interval)];
  } catch {
    return [];
  }
}

async function randomWorld(seed: number): Promise<World> {
  const draw = seededRandom(seed);
  const random: Random = (...choices) => choices[Math.floor(draw() * choices.length)] as (typeof choices)[number];
  const claims = new Map<string, ClaimObject>();
  const volumes = new Map<string, VolumeObject>();
  const snapshotRules = new Map<string, SnapshotRuleObject>();
  const { backend, storage } = createMemoryBackend({ now: () => new Date(now) });
  const names = ["a", "b", "c"].slice(0, 1 + Math.floor(draw() * 3));
  const deltas = (): string => random("PT1H P1D", "P1D P7D", "PT15M PT1H P1D", "hourly", "P1M P1Y");
  const annotations = (): { annotations?: Record<string, string> } =>
    random<() => { annotations?: Record<string, string> }>(
      () => ({}),
      () => ({ annotations: { [`${key}deltas`]: deltas() } }),
      () => ({ annotations: { [`${key}deltas`]: deltas() } }),
      () => ({ annotations: { [`${key}exclude`]: "scratch" } }),
    )();
  const leaving = (): { deletionTimestamp?: string } => random({}, {}, {}, { deletionTimestamp: creationTimestamp });
  for (const name of names) {
    const claimOf = random(name, name, name, ...names);
    const uid = random(`uid-${claimOf}`, `uid-${claimOf}`, `uid-${claimOf}`, "one-before");
    const spec = random(
      {},
      { claimRef: { namespace: "shop", name: claimOf, uid } },
      { claimRef: { namespace: "shop", name: claimOf, uid } },
    );
    if (draw() < 0.9) {
      volumes.set(`pv-${name}`, {
        metadata: { name: `pv-${name}`, uid: `uid-pv-${name}`, creationTimestamp, ...annotations(), ...leaving() },
        spec,
      });
      storage.addDisk({ location: "home", id: `pv-${name}` });
    }
    if (draw() < 0.8) {
      const volumeName = random(undefined, `pv-${name}`, `pv-${name}`, `pv-${name}`, `pv-${random(...names)}`);
      claims.set(`shop/${name}`, {
        metadata: { namespace: "shop", name, uid: `uid-${name}`, creationTimestamp, ...annotations(), ...leaving() },
        spec: volumeName === undefined ? {} : { volumeName },
      });
    }
    if (draw() < 0.3) {
      snapshotRules.set(`shop/${name}`, {
        metadata: { namespace: "shop", name, uid: `uid-rule-${name}`, creationTimestamp },
        spec: { deltas: deltas(), persistentVolumeClaim: random(...names) },
      });
    }
    if (draw() < 0.2) {
      snapshotRules.set(`kube-system/${name}`, {
        metadata: { namespace: "kube-system", name, uid: `uid-disk-${name}`, creationTimestamp },
        spec: { deltas: deltas(), backend: "memory", disk: { id: `pv-${random(...names)}` } },
      });
    }
    if (volumes.has(`pv-${name}`)) addSnapshots(storage, `pv-${name}`, random, draw);
  }
  const failing = draw() < 0.05;
  const storageSystem = failing ? { ...backend, listSnapshots: refusing } : backend;

  const resolved = new ResolvedRules(() => []);
  const objects = { claims, volumes, snapshotRules };
  const set = deriveRules(objects, defaultRuleSettings());
  const declared = new Map<string, Declared>([...set.rules, ...set.problems]);
  const resolutions = new Map<RuleTarget, Resolution>();
  for (const { target } of declared.values()) {
    if (target?.kind === "volume") resolutions.set(target, resolutionOf(target.volume.metadata.name, draw));
    if (target?.kind === "disk") resolutions.set(target, resolutionOf(String(target.disk["id"]), draw));
  }
  resolved.update(declared, resolutions);
  const { rules, unresolved } = resolved;
  const backends = new Map([["memory", storageSystem]]);
  const [location] = await planLocations({ backends, cluster: homeCluster, rules, unresolved, clock });
  const plans = new Map(location?.disks.map(({ disk, plan }) => [diskKey("memory", disk), plan]));
  const known = {
    lastPlan: ({ backend, disk }: Rule) => plans.get(diskKey(backend, disk)),
    errorOf: () => location?.error,
  };
  const diskOf = ({ metadata }: VolumeObject): string => diskKey("memory", { location: "home", id: metadata.name });
  const coverage = coverageOf(
    { objects, rules: resolved.all, known, disks: { diskOf }, excludeKey: `${key}exclude` },
    now,
  );
  const namedDisks = new Set(
    [...resolved.all.values()].flatMap(({ rule, target, finding }) =>
      rule?.deltas !== undefined && finding === undefined && target?.kind === "disk" ? [rule.disk.id] : [],
    ),
  );
  return { ...objects, storage, coverage, namedDisks };
}

function resolutionOf(name: string, draw: () => number): Resolution {
  if (draw() < 0.05) return { reason: "VolumeUnsupported", message: "no backend in use knows the volume" };
  return { disk: { backend: "memory", disk: { location: "home", id: name } } };
}

function addSnapshots(storage: MemoryStorage, id: string, random: Random, draw: () => number): void {
  const disk = { location: "home", id };
  const count = Math.floor(draw() * 4);
  for (let index = 0; index < count; index++) {
    const createdAt =
      now - random(-2 * HOUR, 0.1 * HOUR, HOUR, 2 * HOUR, 3 * HOUR, 20 * HOUR, 24 * HOUR, 26 * HOUR, 800 * HOUR);
    const cluster = random(homeCluster, homeCluster, homeCluster, "cluster-2");
    const labels = random(
      { "created-by": "k8s-snapshots" },
      labelsOfRequest(disk, createdAt, { schedule: "PT1H P1D", cluster, key: `${id}-${index}` }),
      labelsOfRequest(disk, createdAt, { schedule: "PT1H P1D", cluster, key: `${id}-${index}` }),
    );
    const state = random("ready", "ready", "ready", "pending", "failed", "unknown");
    storage.addSnapshot({ disk, createdAt: new Date(createdAt), state, labels });
  }
}

// biome-ignore lint/correctness/useYield: it never gets that far
async function* refusing(): AsyncGenerator<never> {
  throw new Error("the storage system does not answer");
}
