import { HOUR, MINUTE, SECOND } from "../../../src/state/time.ts";
import { type DeletionContext, isHeld, isTooNew } from "./deletion-context.ts";

/** Says what is wrong with a deletion; `undefined`: nothing. */
export type DeletionInvariant = (context: DeletionContext) => string | undefined;

const TOLERANCE = 5 * MINUTE;

/** What holds for every deletion, by rule. */
export const deletionInvariants: Readonly<Record<string, DeletionInvariant>> = {
  "rule 1: a pending or unknown one is never deleted": ({ snapshot, witnessed, ...context }) => {
    if (snapshot === undefined || isTooNew(context, witnessed)) return undefined;
    return snapshot.state === "pending" || snapshot.state === "unknown" ? `it is ${snapshot.state}` : undefined;
  },

  "rule 2: a deletion needs a valid rule, or rule 8": ({ rule, deletion }) => {
    if (deletion.reason === undefined) return "nobody said why";
    if (rule === undefined) return undefined;
    if (rule.deltas === undefined) return "the rule cannot be read";
    if (rule.deletionsSuspended !== undefined) return "deletions are suspended";
    return deletion.reason === "orphaned" ? "there is a rule" : undefined;
  },

  "rule 2: only what the newest whole list showed may go": ({ process, deletion, snapshot }) => {
    const list = process.newestList;
    if (list === undefined) return "there was no list";
    const row = list.rows.get(deletion.id);
    if (row === undefined)
      return deletion.reason === "failed" && snapshot?.state === "failed"
        ? undefined
        : "the newest list did not show it";
    const wanted = deletion.reason === "failed" ? "failed" : "ready";
    if (row.state !== wanted) return `the newest list showed it ${row.state}`;
    return row.createdAt.getTime() > list.begunAt ? "it was made after the list began" : undefined;
  },

  "rule 2: a newer one that the list confirmed stands for it": ({ confirmed, deletion, snapshot }) => {
    if (deletion.reason === "failed" || snapshot === undefined) return undefined;
    const stands = confirmed.some(
      ({ id, createdAt }) => id !== deletion.id && createdAt.getTime() >= snapshot.createdAt.getTime(),
    );
    return stands ? undefined : "nothing newer is ready in the list";
  },

  "rule 3: the newest ready one is never deleted": ({ world, process, deletion, now, snapshot, ...context }) => {
    if (deletion.reason === "failed" || snapshot === undefined) return undefined;
    const { witness } = world;
    const ready = witness
      .ours(deletion.diskId, process.cluster)
      .filter(
        ({ state, createdAt, id }) =>
          state === "ready" && createdAt.getTime() <= now + TOLERANCE && !process.leaving.has(id),
      );
    if (ready.at(-1)?.id !== deletion.id) return undefined;
    const isExcused = witness
      .everOf(deletion.diskId)
      .some(
        (other) =>
          other.createdAt >= snapshot.createdAt.getTime() &&
          other.id !== deletion.id &&
          isTooNew({ knownUntil: context.knownUntil - MINUTE }, other),
      );
    return isExcused ? undefined : `it is the newest of ${ready.length}`;
  },

  "rule 7: a held one is never deleted": ({ snapshot, witnessed, ...context }) => {
    if (snapshot === undefined || !isHeld(snapshot) || isTooNew(context, witnessed)) return undefined;
    return `held since ${new Date(witnessed.touchedAt).toISOString()}`;
  },

  "rule 8: only what is to expire does, after an hour's absence": ({
    rule,
    ruleSince,
    process,
    confirmed,
    now,
    deletion,
  }) => {
    if (rule !== undefined) return undefined;
    const newest = confirmed.at(-1);
    const policy = newest?.labels["k8s-snapshots/marks"]?.split("-")[6];
    if (policy !== "e") return `the newest one's policy is ${policy}`;
    const since = Math.max(ruleSince, process.startedAt);
    if (now - since < HOUR) return `absent for ${(now - since) / MINUTE} min`;
    return deletion.reason === "expired" || deletion.reason === "room" ? `its reason is ${deletion.reason}` : undefined;
  },

  "rule 11: others' and copies are never deleted": ({ world, process, deletion, witnessed, confirmed }) => {
    if (!world.witness.isOurs(deletion.id, process.cluster))
      return `its origin is ${witnessed.origin} of ${witnessed.cluster}`;
    if (witnessed.origin !== "old") return undefined;
    const clusters = [...(process.newestList?.rows.values() ?? [])]
      .filter(({ diskId, labels }) => diskId === deletion.diskId && labels["k8s-snapshots/cluster"] !== undefined)
      .filter(({ labels }) => labels["k8s-snapshots/cluster"] !== process.cluster);
    return clusters.length > 0 && confirmed.length > 0 ? "nobody's, beside another cluster's" : undefined;
  },

  "rule 15: nothing is deleted while the clocks disagree": ({ world, process, now }) => {
    const off = process.wall() - now;
    if (!world.plan.on.has("no-dates")) {
      const late = world.plan.on.has("slow-lists") ? 2 * MINUTE : SECOND;
      return Math.abs(off) > TOLERANCE + late + world.plan.latency
        ? `the wall clock is off by ${off / MINUTE} min`
        : undefined;
    }
    return undefined;
  },
};
