import { diskMark } from "../state/disk-mark.ts";
import type { RequestedCreation } from "../state/disk-state.ts";
import { labelsOf } from "../state/marks.ts";
import { dueDate, realDate } from "../state/present.ts";
import { countOthers } from "../state/reduce-history.ts";
import { scheduleKey, scheduleLabel } from "../state/schedule-key.ts";
import { byAge } from "../state/snapshot-table.ts";
import { clockTrouble } from "../state/storage-clock.ts";
import type { Milliseconds } from "../state/time.ts";
import type { AskedFor } from "./asked-for.ts";
import { idempotencyKey } from "./idempotency-key.ts";
import type { Planning } from "./planning.ts";
import { snapshotName } from "./snapshot-name.ts";

/**
 * What is asked of the storage system for the next snapshot. All that outlives this process is in its labels.
 *
 * @param asked - the request of a person that it serves, if that is due. Default: none
 * @param isAsked - nothing but that request makes it. Default: the schedule does
 */
export function requestOf(
  { state, present, rule, deltas, snapshots }: Planning,
  interval: Milliseconds,
  asked?: AskedFor,
  isAsked = false,
): RequestedCreation {
  const { policy, location, moment } = present;
  const now = dueDate(present, state);
  const { ready, pending, future } = snapshots;
  const newest = [...ready.slice(-1), ...pending].sort(byAge).at(-1);
  // Where all are in the future, the clock is behind: the key of the first one ever would be answered with that.
  const last = newest ?? future.at(-1);
  const slot = last === undefined ? 0 : Math.floor((now - last.createdAt) / interval);
  const schedule = scheduleKey(deltas);
  // Where a list lacks the newest, an older one may be of another time of the same schedule: the grace starts over then.
  const isNewest = newest !== undefined && newest.createdAt >= (state.newestDate ?? Number.NEGATIVE_INFINITY);
  const isSame = isNewest && newest.marks.schedule === schedule && newest.marks.since !== undefined;
  const stepped = clockTrouble(location.clock, moment, policy.clockTolerance)?.reason === "ClockStepped";
  return {
    name: snapshotName(rule.name, new Date(now), policy.formatTime),
    idempotencyKey: idempotencyKey(
      state.disk,
      last?.id,
      slot,
      state.failures && snapshots.failed.at(-1)?.id,
      isAsked ? asked?.requestedAt : undefined,
    ),
    labels: {
      [policy.authorLabelKey]: policy.authorLabel,
      ...labelsOf({
        ruleName: rule.name,
        cluster: location.identity.cluster,
        schedule: scheduleLabel(deltas) ?? "",
        askedAt: asked !== undefined && asked.requestedAt <= now ? asked.requestedAt : undefined,
        marks: {
          since: isSame ? (newest.marks.since as number) : now,
          held: ready.length,
          others: countOthers(ready, schedule),
          requestedAt: stepped ? undefined : realDate(present),
          disk: diskMark(state.disk),
          policy: rule.deletionPolicy ?? "retain",
          instance: location.identity.instance,
        },
      }),
    },
  };
}
