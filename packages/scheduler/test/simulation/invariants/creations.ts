import { averageMilliseconds } from "@k8s-snapshots/retention";
import { DEFAULT_LIST_LAG } from "../../../src/state/location-state.ts";
import { DAY, type Instant, MINUTE, type Milliseconds, SECOND } from "../../../src/state/time.ts";
import { type CreationRecord, type ProcessRecord, ruleOfProcess } from "../world/call-log.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import type { Witnessed } from "../world/witness.ts";

/** What is wrong with a creation at the moment at which it is sent, if it makes a snapshot: by rule. */
export function creationFaults(
  world: SwarmWorld,
  process: ProcessRecord,
  creation: CreationRecord,
): Readonly<Record<string, string>> {
  const faults: Record<string, string> = {};
  const now = world.clock.now();
  const list = process.newestList;
  if (list === undefined) faults["rule 6: nothing is made before a whole list"] = "there was none";
  const rule = ruleOfProcess(process, creation.diskId)?.rule;
  if (rule?.deltas === undefined) {
    if (!creation.mayExist) faults["rule 2: nothing is made without a valid rule"] = "there is none";
    return faults;
  }
  const interval = Math.max(averageMilliseconds(rule.deltas.interval), world.plan.policy.minInterval ?? MINUTE);
  const lag = world.backend.capabilities.listLagMs ?? DEFAULT_LIST_LAG;
  const knownUntil = (list?.begunAt ?? Number.NEGATIVE_INFINITY) - lag - world.plan.latency;
  const isKnown = (one: Witnessed): boolean => {
    if (one.origin === "daemon" && one.process === process.name)
      return one.touchedAt <= knownUntil || one.touchedAt === one.appearedAt;
    return one.touchedAt <= knownUntil;
  };
  // One list may lack anything; what two in a row lack is believed to be gone.
  const isTold = ({ id }: Witnessed): boolean => (process.told.get(id) ?? 2) < 2;
  const there = world.witness
    .everOf(creation.diskId)
    .filter(
      (one) =>
        one.gone === undefined &&
        world.witness.isOurs(one.id, process.cluster) &&
        one.createdAt <= one.appearedAt + MINUTE &&
        isTold(one) &&
        isKnown(one) &&
        !isOfRequest(one, creation),
    )
    .flatMap((one) => {
      const snapshot = world.storage.snapshot({ id: one.id, location: "home" });
      return snapshot === undefined ? [] : [{ ...one, state: snapshot.state }];
    });

  const stuckAfter: Milliseconds = Math.max(world.plan.policy.stuckAfter ?? DAY, Math.min(3 * interval, 7 * DAY));
  const waitedFor = there.find(
    ({ state, createdAt }) => (state === "pending" || state === "unknown") && now - createdAt < stuckAfter - SECOND,
  );
  const isWallTrusted = world.plan.on.has("no-dates") && process.wall() !== now;
  if (waitedFor !== undefined && !isWallTrusted) {
    faults["rule 1: no second one is made while one is pending"] = `${waitedFor.id} is ${waitedFor.state}`;
  }
  const newest = there
    .filter(({ state }) => state === "ready")
    .reduce((most, { createdAt }) => Math.max(most, createdAt), 0);
  if (now - newest < interval - SECOND && !isWallTrusted) {
    faults["rule 10: no two are made within an interval"] = `the newest is ${(now - newest) / interval} intervals old`;
  }
  return faults;
}

/** It was made by an earlier try of the same request. */
function isOfRequest({ marks }: Witnessed, { labels }: CreationRecord): boolean {
  return marks !== undefined && marks === labels["k8s-snapshots/marks"];
}

/** When the disk last had what counts as made: not failed, whoever made it. */
export function newestMade(world: SwarmWorld, diskId: string, cluster: string): Instant {
  let newest = Number.NEGATIVE_INFINITY;
  const now = world.clock.now();
  for (const { createdAt, state } of world.witness.ours(diskId, cluster)) {
    if (state === "ready" && createdAt.getTime() <= now) newest = Math.max(newest, createdAt.getTime());
  }
  return newest;
}
