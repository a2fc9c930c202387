import { HOUR, MINUTE } from "../../src/state/time.ts";
import { homeDisk, labelsOfRequest } from "../../src/testing/index.ts";
import type { Setup, Stored, World } from "./world.ts";

/** A history of this daemon's, the newest half an hour old. */
function withHistory(
  count: number,
  schedule: string,
  options: Partial<Parameters<typeof labelsOfRequest>[2]> = {},
): Setup["start"] {
  return (world: World): World => {
    const stored = Array.from({ length: count }, (_, index): Stored => {
      const createdAt = world.now - 30 * MINUTE - (count - 1 - index) * HOUR;
      const labels = labelsOfRequest(homeDisk, createdAt, {
        schedule,
        held: Math.min(index, 4),
        key: `before-${index}`,
        ...options,
      });
      return { id: `old-${index}`, createdAt, state: "ready", labels };
    });
    return { ...world, stored };
  };
}

const unchanged: Setup["start"] = (world) => world;

/** What happens everywhere. */
const always = ["pass", "list", "create ready", "create pending", "get ready", "delete"];

/**
 * The worlds that are explored, each small enough to be walked far. Together they have every kind of fact, reason and
 * clause; see `coverage.ts`.
 */
export const setups: readonly Setup[] = [
  {
    name: "faults",
    schedules: ["PT1H PT3H"],
    policy: {},
    dates: true,
    mostStored: 6,
    horizon: 10 * HOUR,
    start: unchanged,
    moves: [
      ...always,
      "outage",
      "list begins",
      "list ends",
      "list lacks most",
      "create fails",
      "create is throttled",
      "create is refused",
      "create is lost",
      "create is not done",
      "create is sent",
      "answer comes",
      "get failed",
      "delete is refused",
      "delete is lost",
      "restart",
      "delete newest by hand",
      "becomes unknown",
    ],
  },
  {
    name: "spread",
    schedules: ["PT1H PT3H", "PT2H PT6H"],
    policy: { scheduleSpread: 0.5 },
    dates: true,
    mostStored: 6,
    horizon: 9 * HOUR,
    start: unchanged,
    moves: [
      ...always,
      "edit 0",
      "edit 1",
      "create is lost",
      "create fails",
      "restart",
      "outage",
      "delete newest by hand",
    ],
  },
  {
    name: "edits",
    schedules: ["PT1H PT3H", "PT1H PT2H", "PT2H PT6H"],
    policy: {},
    dates: true,
    mostStored: 8,
    horizon: 9 * HOUR,
    start: withHistory(6, "PT1H PT3H"),
    moves: [
      ...always,
      "edit 0",
      "edit 1",
      "edit 2",
      "confirm",
      "lift",
      "mistype",
      "suspend",
      "remove rule",
      "bring rule back",
      "restart",
      "outage",
      "hold oldest",
      "release",
      "policy expire",
    ],
  },
  {
    name: "orphan",
    schedules: ["PT1H PT3H"],
    policy: {},
    dates: true,
    mostStored: 7,
    horizon: 14 * HOUR,
    start: withHistory(5, "PT1H PT3H", { policy: "expire" }),
    moves: [
      ...always,
      "outage",
      "remove rule",
      "bring rule back",
      "policy expire",
      "policy retain",
      "restart",
      "hold oldest",
      "list lacks the middle",
      "clock ahead",
      "clock right",
      "rule unresolved",
      "rule resolved",
      "rules are not confirmed",
      "rules get too old",
      "rules are confirmed",
      "delete is refused",
    ],
  },
  {
    name: "owners",
    schedules: ["PT1H PT3H"],
    policy: {},
    dates: true,
    mostStored: 8,
    horizon: 9 * HOUR,
    start: withHistory(4, "PT1H PT3H"),
    moves: [
      ...always,
      "outage",
      "restart",
      "another cluster takes one",
      "a former cluster's appears",
      "a copy appears",
      "a copy of what is gone appears",
      "a copy of another disk's appears",
      "another tool's appears",
      "old ones come back",
      "an unmarked one appears",
      "one from the future appears",
    ],
  },
  {
    name: "two daemons",
    schedules: ["PT1H PT3H"],
    policy: {},
    dates: true,
    mostStored: 9,
    horizon: 9 * HOUR,
    start: withHistory(3, "PT1H PT3H"),
    moves: [
      "pass",
      "list",
      "create ready",
      "another process takes one",
      "delete",
      "outage",
      "restart",
      "create is lost",
      "list begins",
      "list ends",
    ],
  },
  {
    name: "limit",
    schedules: ["PT1H PT2H PT6H", "PT2H PT8H"],
    policy: {},
    maxSnapshotsPerDisk: 5,
    dates: true,
    mostStored: 6,
    horizon: 12 * HOUR,
    start: withHistory(5, "PT1H PT2H PT6H"),
    moves: [
      ...always,
      "outage",
      "someone takes one by hand",
      "someone's by hand goes",
      "edit 1",
      "edit 0",
      "hold oldest",
      "delete is refused",
      "create is refused",
      "restart",
    ],
  },
  {
    name: "account limit",
    schedules: ["PT1H PT3H"],
    policy: {},
    dates: true,
    accountLimit: 4,
    mostStored: 6,
    horizon: 9 * HOUR,
    start: withHistory(4, "PT1H PT3H"),
    moves: [
      ...always,
      "outage",
      "create hits a limit",
      "restart",
      "hold oldest",
      "delete is refused",
      "create is refused",
    ],
  },
  {
    name: "no dates",
    schedules: ["PT1H PT3H"],
    policy: {},
    dates: false,
    mostStored: 7,
    horizon: 9 * HOUR,
    start: withHistory(5, "PT1H PT3H", { policy: "expire" }),
    moves: [
      ...always,
      "outage",
      "restart",
      "clock ahead",
      "clock behind",
      "clock right",
      "remove rule",
      "bring rule back",
      "one from the future appears",
    ],
  },
  {
    name: "seed",
    schedules: ["PT1H PT3H"],
    policy: {},
    dates: true,
    mostStored: 9,
    horizon: 12 * HOUR,
    start: (world) => {
      const withoutMarks = withHistory(6, "PT1H PT3H")(world).stored;
      return { ...world, stored: withoutMarks.map((one) => ({ ...one, labels: { "created-by": "k8s-snapshots" } })) };
    },
    moves: [
      ...always,
      "outage",
      "restart",
      "remove rule",
      "bring rule back",
      "another cluster takes one",
      "confirm",
      "lift",
      "delete is lost",
    ],
  },
  {
    name: "runaway",
    schedules: ["PT1H PT3H"],
    policy: { minInterval: 2 * HOUR },
    dates: true,
    mostStored: 11,
    horizon: 9 * HOUR,
    start: (world) => {
      const stored = Array.from({ length: 8 }, (_, index): Stored => {
        const createdAt = world.now - 10 * MINUTE - index * 30 * MINUTE;
        const labels = labelsOfRequest(homeDisk, createdAt, { schedule: "PT1H PT3H", held: 3, key: `before-${index}` });
        return { id: `old-${index}`, createdAt, state: "ready", labels };
      });
      return { ...world, stored: stored.reverse() };
    },
    moves: [...always, "outage", "restart", "another process takes one", "delete newest by hand"],
  },
  {
    name: "asked",
    schedules: ["PT2H PT6H"],
    policy: { minInterval: HOUR },
    dates: true,
    mostStored: 8,
    horizon: 9 * HOUR,
    start: withHistory(3, "PT2H PT6H"),
    moves: [
      ...always,
      "ask",
      "outage",
      "restart",
      "create is lost",
      "create is not done",
      "create is refused",
      "create is sent",
      "answer comes",
      "get failed",
      "list begins",
      "list ends",
    ],
  },
  {
    name: "asked at a limit",
    schedules: ["PT2H PT6H"],
    policy: { minInterval: HOUR },
    maxSnapshotsPerDisk: 4,
    dates: true,
    mostStored: 6,
    horizon: 9 * HOUR,
    start: withHistory(4, "PT2H PT6H"),
    moves: [...always, "ask", "outage", "restart", "create is lost", "hold oldest"],
  },
  {
    name: "lapses",
    schedules: ["PT1H PT3H"],
    policy: {},
    dates: true,
    mostStored: 8,
    horizon: 9 * HOUR,
    start: withHistory(6, "PT1H PT3H"),
    moves: [
      ...always,
      "lease lapses",
      "outage",
      "restart",
      "another process takes one",
      "create is lost",
      "create fails",
      "delete newest by hand",
      "remove rule",
      "policy expire",
    ],
  },
  {
    name: "many schedules",
    schedules: ["PT1H PT3H"],
    policy: {},
    dates: true,
    mostStored: 12,
    horizon: 9 * HOUR,
    start: (world) => {
      const stored = Array.from({ length: 10 }, (_, index): Stored => {
        const createdAt = world.now - 2 * HOUR + index * 10 * MINUTE;
        const labels = labelsOfRequest(homeDisk, createdAt, {
          schedule: `PT1H PT${index + 4}H`,
          held: 3,
          since: createdAt,
        });
        return { id: `old-${index}`, createdAt, state: "ready", labels };
      });
      return { ...world, stored };
    },
    moves: [...always, "outage", "restart", "confirm", "lift"],
  },
];
