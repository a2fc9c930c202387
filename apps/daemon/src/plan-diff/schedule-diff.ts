import { type Deltas, type Forecast, forecast, type KeepReason } from "@k8s-snapshots/retention";
import type { ForeseenSnapshot, Foresight } from "@k8s-snapshots/scheduler";
import type { DeltasEdit } from "./diff-words.ts";

type ExpiredVerdict = NonNullable<ForeseenSnapshot["after"]["expired"]>;

/** A snapshot that the new deltas want, or that stays whatever they want. */
export interface KeptSnapshot {
  readonly id: string;
  readonly createdAt: number;
  readonly keptBy: "both" | "new";
  readonly before: readonly KeepReason[];

  /** `future`: dated in the future, it counts for nothing (safety rule 1). `held`: a person's label keeps it (rule 7). */
  readonly reasons: readonly (KeepReason | { readonly kind: "future" | "held" })[];

  /** When it goes because it has grown too old, as far as that was looked at. */
  readonly goesAt: number | undefined;
}

/** A snapshot that the new deltas do not want. */
export interface ExpiringSnapshot {
  readonly id: string;
  readonly createdAt: number;
  readonly keptBy: "old" | "neither";
  readonly before: readonly KeepReason[];
  readonly reason: ExpiredVerdict;

  /** `undefined`: not as far as it was looked at. */
  readonly goesAt: number | undefined;
}

/** What an edit of deltas does to the snapshots of one disk. Both lists are newest first. */
export interface ScheduleDiff extends DeltasEdit {
  readonly now: number;
  readonly kept: readonly KeptSnapshot[];
  readonly expires: readonly ExpiringSnapshot[];
  readonly foresight: Foresight;
  readonly forecasts: { readonly before: Forecast; readonly after: Forecast };
}

/** @param future - snapshots dated in the future: kept, and counted for nothing (safety rule 1) */
export function scheduleDiff(
  { before, after }: DeltasEdit,
  foresight: Foresight,
  future: readonly { readonly id: string; readonly createdAt: number }[],
): ScheduleDiff {
  const kept: KeptSnapshot[] = future.map(({ id, createdAt }) => {
    return { id, createdAt, keptBy: "both", before: [], reasons: [{ kind: "future" }], goesAt: undefined };
  });
  const expires: ExpiringSnapshot[] = [];
  for (const snapshot of foresight.snapshots) {
    const { row, before: verdict, after: verdictAfter, goesAt } = snapshot;
    const { id, createdAt } = row;
    const reasonsBefore = verdict?.kept ?? [];
    const wasKept = reasonsBefore.length > 0;
    const { expired, kept: reasons } = verdictAfter;
    const common = { id, createdAt, before: reasonsBefore, goesAt };
    if (expired !== undefined && row.marks.hold !== true) {
      expires.push({ ...common, keptBy: wasKept ? "old" : "neither", reason: expired });
    } else if (expired !== undefined) kept.push({ ...common, keptBy: "both", reasons: [{ kind: "held" }] });
    else kept.push({ ...common, keptBy: wasKept ? "both" : "new", reasons });
  }
  return { before, after, now: foresight.now, kept, expires, foresight, forecasts: forecastsOf(before, after) };
}

function forecastsOf(before: Deltas, after: Deltas): ScheduleDiff["forecasts"] {
  return { before: forecast(before), after: forecast(after) };
}

/** How fast those go that the edit lets go; `undefined`: none does. */
export interface Pace {
  readonly first: number;
  readonly last: number;

  /** The most in one window of the deletion budget. */
  readonly most: number;
}

/** @param window - of the deletion budget, in milliseconds */
export function paceOf(expires: readonly Pick<ExpiringSnapshot, "goesAt">[], window: number): Pace | undefined {
  const times = expires.flatMap(({ goesAt }) => (goesAt === undefined ? [] : [goesAt])).sort((a, b) => a - b);
  const [first] = times;
  const last = times.at(-1);
  if (first === undefined || last === undefined) return undefined;
  let most = 0;
  let from = 0;
  for (const [index, time] of times.entries()) {
    while (time - (times[from] as number) >= window) from++;
    most = Math.max(most, index - from + 1);
  }
  return { first, last, most };
}
