import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import type { Plan } from "../../src/planner/disk-plan.ts";
import { plan } from "../../src/planner/plan.ts";
import type { Rule } from "../../src/rule.ts";
import { diskMark } from "../../src/state/disk-mark.ts";
import { ownershipLapsed } from "../../src/state/location-state.ts";
import { DAY, HOUR, MINUTE } from "../../src/state/time.ts";
import { homeDisk, labelsOfRequest, ruleOf } from "../../src/testing/index.ts";
import { createMoves } from "./create-moves.ts";
import { deleteMoves } from "./delete-moves.ts";
import { isOurs, marksOf } from "./ownership.ts";
import {
  applyFact,
  endList,
  isHeld,
  presentOf,
  restarted,
  type Setup,
  START,
  STEP,
  type Stored,
  type World,
} from "./world.ts";

/** Something that happens; `undefined` where it cannot. */
export type Move = (setup: Setup, world: World, plan: Plan) => World | undefined;

export function planOf(setup: Setup, world: World): Plan {
  return plan(world.state, presentOf(setup, world));
}

function pass(by: number): Move {
  return (setup, world) => (world.now + by - START > setup.horizon ? undefined : { ...world, now: world.now + by });
}

function withRule(change: (setup: Setup, rule: Rule | undefined) => Rule | undefined | "no"): Move {
  return (setup, world) => {
    const rule = change(setup, world.rule);
    if (rule === "no") return undefined;
    const schedule = world.rule?.deltas?.text;
    const changed = schedule !== undefined && schedule !== rule?.deltas?.text;
    const pasts = changed ? [...world.pasts, { schedule, until: world.now }] : world.pasts;
    const ruleGoneAt = rule === undefined ? (world.ruleGoneAt ?? world.now) : undefined;
    const policyUnrecorded = rule === undefined && world.rule?.deletionPolicy === "expire" && newestRetains(world);
    return applyFact(setup, { ...world, rule, pasts, ruleGoneAt, policyUnrecorded }, { type: "rule.changed", rule });
  };
}

/** What this process knows of a snapshot that is no older than the newest ready one does not say `expire`. */
function newestRetains({ seen, state, stored }: World): boolean {
  const accepted = new Map(state.accepted.map(({ row }) => [row.id, row.state]));
  const made = stored.filter(({ id }) => accepted.has(id));
  const known = [...(seen ?? []), ...made.map((one) => ({ ...one, state: accepted.get(one.id) }))].filter(isOurs);
  const newest = Math.max(...known.filter((one) => one.state === "ready").map(({ createdAt }) => createdAt));
  return known.some(
    (one) => one.createdAt >= newest && one.state !== "failed" && marksOf(one.labels)?.policy !== "expire",
  );
}

const edit = (index: number): Move =>
  withRule((setup, rule) => {
    const schedule = setup.schedules[index];
    if (rule === undefined || schedule === undefined || rule.deltas?.text === schedule) return "no";
    const { confirmedDeltas, deletionsSuspended, ...rest } = rule;
    return { ...rest, ...ruleOf(schedule), deletionPolicy: rule.deletionPolicy ?? "retain" };
  });

const differently = (differences: Partial<Rule>, unless: (rule: Rule) => boolean): Move =>
  withRule((_, rule) => (rule?.deltas === undefined || unless(rule) ? "no" : { ...rule, ...differences }));

function store(world: World, stored: Stored, what?: "appeared"): World {
  const deeds = what === undefined ? world.deeds : [...world.deeds, { what, at: world.now, id: stored.id }];
  return { ...world, stored: [...world.stored, stored], deeds, made: world.made + 1 };
}

/** A snapshot that this process did not make. */
function appears(make: (setup: Setup, world: World) => Pick<Stored, "createdAt" | "labels"> | undefined): Move {
  return (setup, world) => {
    if (world.stored.length >= setup.mostStored) return undefined;
    const made = make(setup, world);
    return made && store(world, { id: `n${world.made}`, state: "ready", ...made }, "appeared");
  };
}

const ofSchedule = (setup: Setup, createdAt: number, options: object = {}): Pick<Stored, "createdAt" | "labels"> => ({
  createdAt,
  labels: labelsOfRequest(homeDisk, createdAt, { schedule: setup.schedules[0] as string, held: 1, ...options }),
});

function change(pick: (stored: Stored) => boolean, by: (stored: Stored) => Stored | undefined): Move {
  return (_, world) => {
    const found = world.stored.find(pick);
    if (found === undefined) return undefined;
    const changed = by(found);
    const stored = world.stored.flatMap((one) => (one !== found ? [one] : changed === undefined ? [] : [changed]));
    const becameReady = found.state === "pending" && changed?.state === "ready";
    return {
      ...world,
      stored,
      deeds: becameReady ? [...world.deeds, { what: "became-ready", at: world.now, id: found.id }] : world.deeds,
    };
  };
}

const wall =
  (error: number): Move =>
  (_, world) => {
    if (world.wallError === error) return undefined;
    const { newest } = world;
    const isAhead = newest !== undefined && newest.date > world.now + error;
    return { ...world, wallError: error, newest: isAhead ? { ...newest, seenAt: Number.POSITIVE_INFINITY } : newest };
  };

const rulesAge =
  (age: number): Move =>
  (_, world) =>
    world.rulesAge === age ? undefined : { ...world, rulesAge: age };

const unresolved =
  (names: readonly string[]): Move =>
  (_, world) =>
    world.location.unresolvedRules.size === names.length || world.rule !== undefined
      ? undefined
      : { ...world, location: { ...world.location, unresolvedRules: new Set(names) } };

/** By name: a life is a list of them. */
export const moves: Readonly<Record<string, Move>> = {
  pass: pass(STEP),
  outage: pass(3 * HOUR),
  list: (setup, world) => (world.listing === undefined ? endList(setup, world, world.now, world.stored) : undefined),
  "list begins": (_, world) =>
    world.listing === undefined ? { ...world, listing: { begunAt: world.now, content: world.stored } } : undefined,
  "list ends": (setup, world) => world.listing && endList(setup, world, world.listing.begunAt, world.listing.content),
  "list lacks most": (setup, world) =>
    world.stored.length >= 3 && world.listing === undefined
      ? endList(setup, world, world.now, world.stored.slice(0, 1))
      : undefined,
  "list lacks the middle": (setup, world) =>
    world.stored.length >= 5 && world.listing === undefined
      ? endList(setup, world, world.now, [...world.stored.slice(0, 1), ...world.stored.slice(-1)])
      : undefined,
  restart: (setup, world) =>
    world.seen === undefined && world.state.creation === undefined ? undefined : restarted(setup, world),
  ...createMoves,
  ...deleteMoves,
  "get ready": change(
    ({ state }) => state === "pending",
    (stored) => ({ ...stored, state: "ready" }),
  ),
  "get failed": change(
    ({ state }) => state === "pending",
    (stored) => ({ ...stored, state: "failed" }),
  ),
  "becomes unknown": change(
    ({ state }) => state === "ready",
    (stored) => ({ ...stored, state: "unknown" }),
  ),
  "hold oldest": change(
    (stored) => stored.state === "ready" && !isHeld(stored),
    (stored) => ({
      ...stored,
      labels: { ...stored.labels, [HOLD_LABEL]: "true" },
    }),
  ),
  release: change(isHeld, (stored) => ({ ...stored, labels: { ...stored.labels, [HOLD_LABEL]: "false" } })),
  "delete newest by hand": (_, world) => {
    const newest = world.stored.at(-1);
    return newest && { ...world, stored: world.stored.slice(0, -1) };
  },
  "edit 0": edit(0),
  "edit 1": edit(1),
  "edit 2": edit(2),
  confirm: withRule((_, rule) =>
    rule?.deltas === undefined || rule.confirmedDeltas === rule.deltas.text
      ? "no"
      : { ...rule, confirmedDeltas: rule.deltas.text },
  ),
  ask: (setup, world) => {
    if (world.rule?.deltas === undefined || world.rule.requestedAt === world.now) return undefined;
    const rule = { ...world.rule, requestedAt: world.now };
    return applyFact(setup, { ...world, rule }, { type: "rule.changed", rule });
  },
  lift: differently({ ignoreDeletionBudget: true }, (rule) => rule.ignoreDeletionBudget === true),
  suspend: differently({ deletionsSuspended: "another object" }, (rule) => rule.deletionsSuspended !== undefined),
  mistype: withRule((_, rule) => {
    if (rule?.deltas === undefined) return "no";
    const { deltas, ...rest } = rule;
    return rest;
  }),
  "remove rule": withRule((_, rule) => (rule === undefined ? "no" : undefined)),
  "bring rule back": withRule((setup, rule) =>
    rule?.deltas === undefined ? ruleOf(setup.schedules[0] as string) : "no",
  ),
  "policy expire": differently({ deletionPolicy: "expire" }, (rule) => rule.deletionPolicy === "expire"),
  "policy retain": differently({ deletionPolicy: "retain" }, (rule) => rule.deletionPolicy !== "expire"),
  "rule unresolved": unresolved([`pv-${homeDisk.id}`]),
  "rule resolved": unresolved([]),
  "clock ahead": wall(400 * DAY),
  "clock behind": wall(-HOUR),
  "clock right": wall(0),
  "lease lapses": (_, world) =>
    world.location.lapsedAt === undefined && world.seen !== undefined
      ? { ...world, location: ownershipLapsed(world.location, world.now - START) }
      : undefined,
  "rules are not confirmed": rulesAge(HOUR),
  "rules get too old": rulesAge(4 * HOUR),
  "rules are confirmed": rulesAge(0),
  "another process takes one": appears((setup, world) =>
    ofSchedule(setup, world.now, { instance: "aother", since: START - DAY, held: world.stored.length }),
  ),
  "another cluster takes one": appears((setup, world) => ofSchedule(setup, world.now, { cluster: "elsewhere" })),
  "a former cluster's appears": appears((setup, world) =>
    ofSchedule(setup, START - 7 * HOUR, { cluster: "former", key: `f${world.made}` }),
  ),
  "a copy appears": appears((_, world) => {
    const original = world.stored.find(({ state, createdAt }) => state === "ready" && world.now - createdAt > HOUR);
    return original && { createdAt: world.now, labels: original.labels };
  }),
  "a copy of what is gone appears": appears((setup) => ({
    createdAt: START - 6 * HOUR,
    labels: ofSchedule(setup, START - 20 * HOUR).labels,
  })),
  "a copy of another disk's appears": appears((setup) =>
    ofSchedule(setup, START - 6 * HOUR, { disk: diskMark({ ...homeDisk, id: "disk-2" }) }),
  ),
  "another tool's appears": appears((setup, world) => {
    const { createdAt, labels } = ofSchedule(setup, world.now);
    return { createdAt, labels: { ...labels, "velero.io/backup": "daily" } };
  }),
  "old ones come back": (setup, world) => {
    if (world.stored.length + 3 > setup.mostStored) return undefined;
    return [5, 6, 7].reduce(
      (now, hours) =>
        store(
          now,
          {
            id: `n${now.made}`,
            state: "ready",
            ...ofSchedule(setup, START - hours * HOUR - 7 * MINUTE),
          },
          "appeared",
        ),
      world,
    );
  },
  "an unmarked one appears": appears((_, world) => ({
    createdAt: world.now - 2 * HOUR - 7 * MINUTE,
    labels: { "created-by": "k8s-snapshots" },
  })),
  "one from the future appears": appears((setup, world) =>
    world.stored.some(({ createdAt }) => createdAt > world.now) ? undefined : ofSchedule(setup, world.now + 300 * DAY),
  ),
  "someone takes one by hand": appears((_, world) => ({ createdAt: world.now, labels: {} })),
  "someone's by hand goes": change(
    ({ labels }) => labels["created-by"] === undefined,
    () => undefined,
  ),
};
