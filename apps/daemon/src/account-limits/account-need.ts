import type { BackendCapabilities, LocationLimits } from "@k8s-snapshots/backend-api";
import { averageMilliseconds, type Deltas, forecast } from "@k8s-snapshots/retention";

/** Snapshots, and how many of them are taken. */
export interface Amount {
  readonly snapshots: number;

  /** Creations a second. */
  readonly perSecond: number;
}

/** What the rules of one location ask for in the long run, beside what the account allows there. */
export interface AccountNeed {
  /** The most that stand at once, and the creations that keep them up. */
  readonly needed: Amount;

  /** What is not known is absent. */
  readonly allowed: Partial<Amount>;
}

/** What {@link accountNeed} is made of. */
export interface AccountNeedFacts {
  /** Of each rule of the location. */
  readonly deltas: Iterable<Deltas>;

  /** No rule's snapshots are taken more often than this, in milliseconds. */
  readonly minInterval: number;
  readonly capabilities: BackendCapabilities;

  /** `undefined`: the storage system says nothing of them, or could not be asked. */
  readonly limits: LocationLimits | undefined;

  /** How many snapshots of ours there are, so that those of others can be counted. Default: not known. */
  readonly ours?: number;

  /** Creations a second that were found out to be possible. Default: what the backend declares. */
  readonly learnedPerSecond?: number;
}

/** Before anything is made: what the rules of a location need, and what the account allows. */
export function accountNeed(facts: AccountNeedFacts): AccountNeed {
  const { deltas, minInterval, capabilities, limits, ours, learnedPerSecond } = facts;
  const shortest = Math.max(minInterval, capabilities.minIntervalMs ?? 0);
  const mosts = new Map<string, number>();
  let snapshots = 0;
  let perSecond = 0;
  for (const one of deltas) {
    const most = mosts.get(one.text) ?? forecast(one).most;
    mosts.set(one.text, most);
    snapshots += most;
    perSecond += 1_000 / Math.max(shortest, averageMilliseconds(one.interval));
  }
  const others = limits?.snapshots === undefined || ours === undefined ? 0 : Math.max(0, limits.snapshots - ours);
  const most = limits?.maxSnapshots === undefined ? undefined : Math.max(0, limits.maxSnapshots - others);
  const rate = learnedPerSecond ?? capabilities.callsPerSecond?.create;
  return {
    needed: { snapshots, perSecond },
    allowed: {
      ...(most !== undefined && { snapshots: most }),
      ...(rate !== undefined && Number.isFinite(rate) && { perSecond: rate }),
    },
  };
}

/** What of it the account does not allow. */
export function exceededOf({ needed, allowed }: AccountNeed): readonly (keyof Amount)[] {
  return (["snapshots", "perSecond"] as const).filter(
    (what) => needed[what] > (allowed[what] ?? Number.POSITIVE_INFINITY),
  );
}

/**
 * `these rules need 3,400 snapshots at 2.1 a second; this account can hold 2,702 at 5 a second`; `undefined` where nothing
 * is known of what the account allows.
 */
export function describeNeed({ needed, allowed }: AccountNeed): string | undefined {
  const need = `these rules need ${countOf(needed.snapshots)} at ${rateOf(needed.perSecond)}`;
  const { snapshots, perSecond } = allowed;
  if (snapshots !== undefined && perSecond !== undefined) {
    return `${need}; this account can hold ${number(snapshots)} at ${rateOf(perSecond)}`;
  }
  if (snapshots !== undefined) return `${need}; this account can hold ${number(snapshots)}`;
  if (perSecond !== undefined) return `${need}; this account can take ${rateOf(perSecond)}`;
  return undefined;
}

/** What to do about it; empty: nothing. */
export function remedyOf(need: AccountNeed): string {
  const exceeded = exceededOf(need);
  if (exceeded.length === 0) return "";
  const less = exceeded.map((what) => (what === "snapshots" ? "keep fewer" : "take them less often"));
  return `have the limit raised, or ${less.join(" and ")}`;
}

function countOf(snapshots: number): string {
  return snapshots === 1 ? "1 snapshot" : `${number(snapshots)} snapshots`;
}

/** `5 a second`; below one of the least unit that makes it one: `3 a minute`, `24 a day`. */
function rateOf(perSecond: number): string {
  const units = [
    ["second", 1],
    ["minute", 60],
    ["hour", 3_600],
    ["day", 86_400],
  ] as const;
  const [unit, seconds] = units.find(([, length]) => perSecond * length >= 1) ?? units[3];
  return `${number(perSecond * seconds)} ${unit === "hour" ? "an" : "a"} ${unit}`;
}

/** To one digit after the point, with commas. */
function number(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 1 ? 2 : 1 });
}
