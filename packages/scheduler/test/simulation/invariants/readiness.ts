import { averageMilliseconds } from "@k8s-snapshots/retention";
import { DEFAULT_LIST_LAG } from "../../../src/state/location-state.ts";
import { HOUR, MINUTE } from "../../../src/state/time.ts";
import { ruleOfProcess } from "../world/call-log.ts";
import type { SwarmWorld } from "../world/swarm-world.ts";
import type { Watcher } from "./watcher.ts";

/** Safety rule 13: no disk is called ready whose newest usable snapshot is older than the rule promises. */
export function checkReadiness(world: SwarmWorld, watcher: Watcher): void {
  const now = world.clock.now();
  for (const { record, scheduler } of world.running()) {
    for (const { disk, cluster } of world.plan.disks) {
      if (cluster !== record.cluster) continue;
      const deltas = ruleOfProcess(record, disk.id)?.rule?.deltas;
      const inspected = scheduler.inspect("memory", disk);
      if (!inspected?.plan.readiness?.ready || deltas === undefined) continue;
      const lag = world.backend.capabilities.listLagMs ?? DEFAULT_LIST_LAG;
      const knownUntil = (record.newestList?.begunAt ?? 0) - lag;
      const known = world.witness
        .everOf(disk.id)
        .filter(({ id, gone }) => world.witness.isOurs(id, cluster) && (gone === undefined || gone.at > knownUntil))
        .map(({ createdAt }) => createdAt)
        .filter((createdAt) => createdAt <= now + 5 * MINUTE);
      const newest = Math.max(Number.NEGATIVE_INFINITY, ...known);
      const interval = Math.max(averageMilliseconds(deltas.interval), world.plan.policy.minInterval ?? MINUTE);
      const { makings } = inspected.state;
      const making = makings.length === 0 ? HOUR : Math.max(...makings);
      const looks = (world.plan.on.has("slow-lists") ? 48 * MINUTE : 0) + 2 * lag;
      const most = looks + Math.max(interval, making) + making + Math.max(10 * MINUTE, interval / 10);
      const isWallTrusted = world.plan.on.has("no-dates") && record.wall() !== now;
      if (now - newest > most && !isWallTrusted) {
        watcher.note(
          "rule 13: ready only while the newest is young",
          `${disk.id}: ${(now - newest) / interval} intervals old`,
        );
      }
    }
  }
}
