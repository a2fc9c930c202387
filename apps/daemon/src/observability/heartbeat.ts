import type { Scheduler } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";

/** Logs now and then how many disks are scheduled and which is next, until it is disposed of. */
export function startHeartbeat(seconds: number, scheduler: Pick<Scheduler, "plan">, logger: Logger): Disposable {
  if (seconds === 0) return { [Symbol.dispose]: () => {} };
  const timer = setInterval(() => {
    let disks = 0;
    let next = Number.POSITIVE_INFINITY;
    for (const { rule, plan } of scheduler.plan()) {
      if (rule === undefined) continue;
      disks++;
      next = Math.min(next, plan.dueAt ?? Number.POSITIVE_INFINITY);
    }
    const nextAt = next === Number.POSITIVE_INFINITY ? undefined : new Date(next).toISOString();
    logger.info({ event: "rule.heartbeat", disks, next: nextAt }, "alive");
  }, seconds * 1_000);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
