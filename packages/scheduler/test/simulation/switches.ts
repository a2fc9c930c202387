import { Draw } from "./draw.ts";

/** The parts of a world that a seed switches on or off. */
export const switches = [
  "call-rates",
  "low-concurrency",
  "delete-by-hand",
  "holds",
  "recycle-bin",
  "foreign",
  "copies",
  "slow",
  "stuck",
  "failing",
  "unknown",
  "future",
  "list-lag",
  "slow-lists",
  "flapping-lists",
  "failing-lists",
  "lost-answers",
  "throttling",
  "disk-throttling",
  "forbidden",
  "undeletable",
  "disk-limit",
  "account-limit",
  "pending-limit",
  "key-labels",
  "no-reads",
  "two-daemons",
  "two-clusters",
  "clock-steps",
  "clock-wrong",
  "no-dates",
  "edits",
  "taken-back",
  "flapping-rules",
  "confirmed",
  "invalid-rules",
  "suspended",
  "rule-gone",
  "policies",
  "no-budget",
  "no-grace",
  "restarts",
  "kills",
  "outage",
  "storage-outage",
  "ownership",
  "tenants",
  "orphans",
  "old-history",
  "large-history",
] as const;

export type Switch = (typeof switches)[number];

export function isSwitch(name: string): name is Switch {
  return (switches as readonly string[]).includes(name);
}

/** Which of them a seed switches on: few in most worlds, many in some. */
export function drawSwitches(seed: number): ReadonlySet<Switch> {
  const draw = new Draw(seed, "switches");
  const share = draw.pick([0.03, 0.08, 0.15, 0.3]);
  return new Set(switches.filter(() => draw.chance(share)));
}
