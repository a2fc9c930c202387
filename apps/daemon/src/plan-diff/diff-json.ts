import type { Forecast } from "@k8s-snapshots/retention";
import { type Deferral, describeDeferral } from "@k8s-snapshots/scheduler";
import { instantJson } from "../instant-json.ts";
import { expireJson, keepJson } from "../plan/reason-json.ts";
import { paceOf, type ScheduleDiff } from "./schedule-diff.ts";

/**
 * `{old, new, now, kept: [{id, createdAt, keptBy, reasons, until}], expires: [{id, createdAt, at, keptBy, reason}], when:
 * {inForceAt, firstAt, lastAt, most, windowSeconds, lookedUntil, settled, spacingSeconds}, forecast: {old, new}, deferrals}`.
 *
 * Times are in ISO 8601, what is not there is `null`. `kept` is what the new deltas want now (`keptBy`: `both`, or `new`
 * alone), `expires` what they do not (`old`, or `neither`); reasons are those of `plan --snapshots`. `until` and `at` say when
 * a snapshot goes, `null`: not as far as was looked, until `lookedUntil`.
 */
export function diffJson(diff: ScheduleDiff): object {
  const { before, after, now, kept, expires, foresight, forecasts } = diff;
  const { inForceAt, until, isSettled, spacing, window, deferrals } = foresight;
  const pace = paceOf(expires, window);
  return {
    old: before.text,
    new: after.text,
    now: instantJson(now),
    kept: kept.map(({ id, createdAt, keptBy, reasons, goesAt }) => {
      return {
        id,
        createdAt: instantJson(createdAt),
        keptBy,
        reasons: reasons.map(keepJson),
        until: instantJson(goesAt),
      };
    }),
    expires: expires.map(({ id, createdAt, goesAt, keptBy, reason }) => {
      const at = instantJson(goesAt);
      return { id, createdAt: instantJson(createdAt), at, keptBy, reason: expireJson(reason) };
    }),
    when: {
      inForceAt: instantJson(inForceAt),
      firstAt: instantJson(pace?.first),
      lastAt: instantJson(pace?.last),
      most: pace?.most ?? 0,
      windowSeconds: window / 1_000,
      lookedUntil: instantJson(until),
      settled: isSettled,
      spacingSeconds: spacing === undefined ? null : spacing / 1_000,
    },
    forecast: { old: boundsOf(forecasts.before), new: boundsOf(forecasts.after) },
    deferrals: deferrals.map(deferralJson),
  };
}

function boundsOf({ fewest, most }: Forecast): object {
  return { fewest, most };
}

function deferralJson(deferral: Deferral): object {
  return { reason: deferral.reason, count: deferral.count, message: describeDeferral(deferral) };
}
