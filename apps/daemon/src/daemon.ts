import { createKubernetesClient, createRuleSource } from "@k8s-snapshots/k8s-source";
import { Scheduler, type SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { backendNames } from "./backends/backend-names.ts";
import { BackendRegistry } from "./backends/backend-registry.ts";
import { openCluster } from "./cluster.ts";
import { clusterIdentity } from "./cluster-identity.ts";
import { dispatchEvents } from "./observability/dispatch-events.ts";
import { errorFields } from "./observability/error-fields.ts";
import { notReadySource, staleSource, stalledLocation } from "./observability/health.ts";
import { startHeartbeat } from "./observability/heartbeat.ts";
import { startHttpServer } from "./observability/http-server.ts";
import { logRules } from "./observability/log-rules.ts";
import { logSchedulerEvents } from "./observability/log-scheduler-events.ts";
import { logSourceEvents } from "./observability/log-source-events.ts";
import { createMetrics } from "./observability/metrics.ts";
import { pingAfterSnapshots } from "./observability/ping.ts";
import { TraceFile } from "./observability/trace-file.ts";
import { startReports } from "./reports/start-reports.ts";
import { DiskResolver } from "./rules/disk-resolver.ts";
import { feedRules } from "./rules/rule-feed.ts";
import { ruleSettings } from "./rules/rule-settings.ts";
import { policyOf } from "./settings/policy.ts";
import type { Settings } from "./settings/settings.ts";

/** What a daemon is run with. */
export interface DaemonOptions {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;

  /** Called for everything that the scheduler does, beside log and metrics. Default: no listener. */
  readonly onEvent?: (event: SchedulerEvent, scheduler: Pick<Scheduler, "inspect">) => void;
}

/** How long what is under way may take once the daemon is asked to stop, in milliseconds. */
const GRACE_MS = 10_000;

/**
 * Runs the daemon until `stop` fires: then it begins nothing new, gives what is under way 10 seconds, and resolves.
 *
 * @throws {Error} if it cannot start: one line that says what to change
 */
export async function runDaemon(options: DaemonOptions, stop: AbortSignal): Promise<void> {
  const { settings, environment, logger, onEvent } = options;
  const registry = await BackendRegistry.open(backendNames(settings), environment);
  const client = createKubernetesClient(await openCluster(settings, environment));
  const identity = await clusterIdentity(settings, client).catch(async (error: unknown) => {
    client.close();
    await registry.close();
    throw error;
  });
  const source = createRuleSource({
    client,
    settings: ruleSettings(settings, client),
    onEvent: logSourceEvents(logger),
  });

  const metrics = createMetrics(() => scheduler);
  const listeners = [logSchedulerEvents(logger), metrics.onSchedulerEvent];
  if (settings.pingUrl !== undefined) listeners.push(pingAfterSnapshots(settings.pingUrl, logger));
  if (onEvent !== undefined) listeners.push((event) => onEvent(event, scheduler));
  const abort = new AbortController();
  stop.addEventListener("abort", () => {
    logger.info({ event: "daemon.stopping" }, "stopping: what is under way is finished first");
    setTimeout(() => abort.abort(), GRACE_MS).unref();
  });
  const { reports, done: reported } = startReports(client, () => scheduler, logger, stop, abort.signal);
  listeners.push((event) => reports.onSchedulerEvent(event));

  const resolver = new DiskResolver(registry);
  listeners.push((event) => {
    if (event.type !== "snapshot.failed" || event.error.code !== "not-found") return;
    resolver.forget(event);
    feed.lookAgain();
  });
  const { traceFile, traceMaxBytes } = settings;
  const trace = traceFile && (await TraceFile.open({ path: traceFile, maxBytes: traceMaxBytes, logger }));
  const scheduler = new Scheduler({
    backends: registry.loaded,
    ...identity,
    policy: policyOf(settings),
    concurrency: settings.concurrency,
    onEvent: dispatchEvents(listeners, logger),
    ...(trace && { onTrace: trace.onTrace }),
  });

  const http = await startHttpServer(settings.httpListen, {
    unhealthy: () => staleSource(source) ?? stalledLocation(scheduler),
    notReady: () => notReadySource(source),
    registry: metrics.registry,
  });
  logger.info(
    { event: "daemon.started", port: http.port, cluster: identity.cluster },
    `listening on port ${http.port}`,
  );

  const say = logRules(logger);
  const feed = feedRules({
    source,
    resolver,
    scheduler,
    onRules: (resolved, set) => {
      say(resolved);
      metrics.onRules(resolved);
      reports.onRules(resolved, set);
    },
    onError: (error) => logger.error({ event: "annotation.error", ...errorFields(error) }, "rules were not taken over"),
  });
  const stopHeartbeat = startHeartbeat(settings.heartbeatSeconds, scheduler, logger);

  await Promise.all([source.run(stop), scheduler.run(stop, abort.signal), reported]);

  feed.stop();
  stopHeartbeat();
  if (trace) await trace.close();
  await http.close();
  await registry.close();
  client.close();
  logger.info({ event: "daemon.stopped" }, "stopped");
}
