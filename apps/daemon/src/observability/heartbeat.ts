import type { Scheduler } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";

/** Logs now and then how many disks have a rule and when the next snapshot is due, until it is disposed of. */
export function startHeartbeat(seconds: number, scheduler: Pick<Scheduler, "upcoming">, logger: Logger): Disposable {
  if (seconds === 0) return { [Symbol.dispose]: () => {} };
  const timer = setInterval(() => {
    const { disks, nextDueAt } = scheduler.upcoming();
    const next = nextDueAt === undefined ? undefined : new Date(nextDueAt).toISOString();
    logger.info({ event: "rule.heartbeat", disks, next }, "alive");
  }, seconds * 1_000);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
