import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ClaimObject, SnapshotRuleObject, VolumeObject } from "../watch/kubernetes-objects.ts";
import { deriveRules } from "./derive-rules.ts";
import { RuleIndex } from "./rule-index.ts";
import type { RuleSetChanges } from "./rule-set.ts";
import { defaultRuleSettings } from "./rule-settings.ts";

const DELTAS = "backup.kubernetes.io/deltas";
const settings = { ...defaultRuleSettings(), maxRulesPerNamespace: 3 };

class World {
  readonly volumes: Map<string, VolumeObject> = new Map();
  readonly claims: Map<string, ClaimObject> = new Map();
  readonly snapshotRules: Map<string, SnapshotRuleObject> = new Map();

  putVolume(name: string, deltas: string | undefined, claim: string | undefined, age = 1): string {
    const metadata = { name, uid: name, creationTimestamp: created(1), ...annotated(deltas) };
    const claimRef =
      claim === undefined ? {} : { claimRef: { namespace: "shop", name: claim, uid: `${claim}-${age}` } };
    this.volumes.set(name, { metadata, spec: claimRef });
    return `PersistentVolume/${name}`;
  }

  putClaim(name: string, deltas: string | undefined, volumeName: string | undefined, age = 1): string {
    const metadata = { ...named(name, age), ...annotated(deltas) };
    this.claims.set(`shop/${name}`, { metadata, spec: volumeName === undefined ? {} : { volumeName } });
    return `PersistentVolumeClaim/shop/${name}`;
  }

  putRule(name: string, deltas: unknown, persistentVolumeClaim: string, age = 1): string {
    this.snapshotRules.set(`shop/${name}`, { metadata: named(name, age), spec: { deltas, persistentVolumeClaim } });
    return `SnapshotRule/shop/${name}`;
  }

  remove(path: string): void {
    const [kind, key] = [path.slice(0, path.indexOf("/")), path.slice(path.indexOf("/") + 1)];
    const all: Record<string, Map<string, unknown>> = {
      PersistentVolume: this.volumes,
      PersistentVolumeClaim: this.claims,
      SnapshotRule: this.snapshotRules,
    };
    all[kind]?.delete(key);
  }
}

/** One that is deleted and made again is another one. */
function named(name: string, age: number): { namespace: string; name: string; uid: string; creationTimestamp: string } {
  return { namespace: "shop", name, uid: `${name}-${age}`, creationTimestamp: created(age) };
}

function created(age: number): string {
  return `2026-01-0${9 - age}T00:00:00Z`;
}

function annotated(deltas: string | undefined): { annotations?: Record<string, string> } {
  return deltas === undefined ? {} : { annotations: { [DELTAS]: deltas } };
}

const name = fc.constantFrom("a", "b", "c");
const deltas = fc.constantFrom(undefined, "PT1H P1D", "P1D P7D", "nonsense");
const age = fc.integer({ min: 1, max: 4 });
const optionalName = fc.option(name, { nil: undefined });
const edit = fc.oneof(
  fc.tuple(name, deltas, optionalName).map(
    ([one, text, other]) =>
      (world: World) =>
        world.putVolume(one, text, other),
  ),
  fc.tuple(name, deltas, optionalName, age).map((to) => (world: World) => world.putClaim(...to)),
  fc.tuple(name, deltas, name, age).map((to) => (world: World) => world.putRule(...to)),
  fc
    .tuple(fc.constantFrom("PersistentVolume", "PersistentVolumeClaim/shop", "SnapshotRule/shop"), name)
    .map(([kind, one]) => (world: World) => {
      world.remove(`${kind}/${one}`);
      return `${kind}/${one}`;
    }),
);

test("whatever the order of edits, the set is what the objects say at once, and the changes add up to it", () => {
  fc.assert(
    fc.property(fc.array(fc.array(edit, { maxLength: 3 }), { maxLength: 20 }), (batches) => {
      const world = new World();
      const index = new RuleIndex(world, settings);
      const replayed = { rules: new Map<string, unknown>(), problems: new Map<string, unknown>() };
      for (const batch of batches) {
        replay(replayed, index.update(batch.map((apply) => apply(world))));
        const atOnce = deriveRules(world, settings);
        expect(new Map(index.rules)).toEqual(new Map(atOnce.rules));
        expect(new Map(index.problems)).toEqual(new Map(atOnce.problems));
        expect(replayed.rules).toEqual(new Map(index.rules));
        expect(replayed.problems).toEqual(new Map(index.problems));
      }
    }),
    { numRuns: 200 },
  );
});

function replay(
  { rules, problems }: { rules: Map<string, unknown>; problems: Map<string, unknown> },
  changes: RuleSetChanges,
): void {
  for (const rule of changes.added) {
    expect(rules.has(rule.id)).toBe(false);
    rules.set(rule.id, rule);
  }
  for (const { before, after } of changes.updated) {
    expect(rules.get(after.id)).toBe(before);
    rules.set(after.id, after);
  }
  for (const rule of changes.removed) expect(rules.delete(rule.id)).toBe(true);
  for (const problem of changes.problems) problems.set(problem.id, problem);
  for (const problem of changes.solved) expect(problems.delete(problem.id)).toBe(true);
}

describe("edit-1", () => {
  test("an edit among 10,000 claims reads the objects that it concerns, and no other", () => {
    const world = new World();
    for (let n = 0; n < 10_000; n += 1) {
      world.putVolume(`v${n}`, undefined, `c${n}`);
      world.putClaim(`c${n}`, "PT1H P1D", `v${n}`);
    }
    let reads = 0;
    const counted = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
      new Proxy(map, {
        get(target, property) {
          reads += 1;
          const value = Reflect.get(target, property, target) as unknown;
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    const objects = {
      volumes: counted(world.volumes),
      claims: counted(world.claims),
      snapshotRules: counted(world.snapshotRules),
    };
    const index = new RuleIndex(objects, { ...settings, maxRulesPerNamespace: 10_000 });
    index.update([...world.claims.keys()].map((key) => `PersistentVolumeClaim/${key}`));
    expect(index.rules.size).toBe(10_000);
    expect(reads).toBe(20_000);

    reads = 0;
    const changes = index.update([world.putClaim("c7", "P1D P7D", "v7")]);
    expect(changes.updated.map(({ after }) => after.deltas.text)).toEqual(["P1D P7D"]);
    expect(reads).toBe(2);
  });
});

describe("a namespace that has more rules than it may", () => {
  test("keeps its oldest, and the others say so and hold what was made for them", () => {
    const world = new World();
    const index = new RuleIndex(world, settings);
    const ages = [1, 2, 3, 4];
    for (const n of ages) world.putVolume(`v${n}`, undefined, `c${n}`, n);
    index.update(ages.map((n) => world.putClaim(`c${n}`, "PT1H P1D", `v${n}`, n)));
    expect([...index.rules.keys()].sort()).toEqual([2, 3, 4].map((n) => `PersistentVolumeClaim/shop/c${n}`));
    expect(index.problems.get("PersistentVolumeClaim/shop/c1")).toMatchObject({
      outcome: "refused",
      reason: "TooManyRulesInNamespace",
      message:
        "more than 3 objects in namespace shop ask for snapshots, and this is not one of the 3 oldest: delete some, or " +
        "have the operator raise MAX_RULES_PER_NAMESPACE",
      target: { kind: "volume", volume: world.volumes.get("v1") },
    });

    world.remove("PersistentVolumeClaim/shop/c4");
    const changes = index.update(["PersistentVolumeClaim/shop/c4"]);
    expect(changes.added.map(({ id }) => id)).toEqual(["PersistentVolumeClaim/shop/c1"]);
    expect(changes.solved.map(({ id }) => id)).toEqual(["PersistentVolumeClaim/shop/c1"]);
  });

  test("costs another one nothing", () => {
    const world = new World();
    const index = new RuleIndex(world, settings);
    world.putVolume("v", undefined, undefined);
    index.update([world.putVolume("v", "PT1H P1D", undefined)]);
    index.update([1, 2, 3, 4].map((n) => world.putClaim(`c${n}`, "PT1H P1D", undefined, n)));
    expect([...index.rules.keys()]).toEqual(["PersistentVolume/v"]);
  });
});
