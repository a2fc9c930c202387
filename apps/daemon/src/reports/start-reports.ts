import { EventRecorder, type KubernetesClient, StatusWriter, systemClock, WriteQueue } from "@k8s-snapshots/k8s-source";
import type { Scheduler } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { logReportWrites } from "../observability/log-report-writes.ts";
import type { ReportDuty } from "../replicas/report-duty.ts";
import { RuleReports } from "./rule-reports.ts";

/** Five writes a second: what client-go allows itself. */
const GAP_MS = 200;
const REMIND_MS = 45 * 60_000;

/** What {@link startReports} has begun. */
export interface RunningReports extends Disposable {
  readonly reports: RuleReports;

  /** Writes. Resolves when `stop` has fired and what was due is written, or `abort` has fired. */
  run(stop: AbortSignal, abort: AbortSignal): Promise<void>;
}

/** Writes Events and status to the API server. What cannot be written is logged once, and blocks nothing else. */
export function startReports(
  client: KubernetesClient,
  scheduler: Pick<Scheduler, "inspect">,
  duty: Pick<ReportDuty, "speaksFor">,
  logger: Logger,
): RunningReports {
  const clock = systemClock;
  const queue = new WriteQueue({ clock, gapMs: GAP_MS, ...logReportWrites(logger) });
  const events = new EventRecorder({ client, queue, clock });
  const statuses = new StatusWriter({ client, queue, clock });
  const reports = new RuleReports({ events, statuses, scheduler, duty });
  const reminder = setInterval(() => reports.remind(), REMIND_MS);
  return {
    reports,
    run: (stop, abort) => queue.run(stop, abort),
    [Symbol.dispose]: () => clearInterval(reminder),
  };
}
