import { annotationKeys, createRuleSource } from "@k8s-snapshots/k8s-source";
import { Scheduler, type SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { AccountNeeds } from "../account-limits/account-needs.ts";
import { clusterIdentity } from "../cluster-identity.ts";
import { sumOfCoverage } from "../coverage/cluster-coverage.ts";
import { liveSources } from "../coverage/live-coverage.ts";
import { VolumeDisks } from "../coverage/volume-disks.ts";
import { startHttpServer } from "../http/http-server.ts";
import { notReady, unhealthy } from "../http/probes.ts";
import { errorFields } from "../observability/error-fields.ts";
import { startHeartbeat } from "../observability/heartbeat.ts";
import { logRules } from "../observability/log-rules.ts";
import { logSchedulerEvents } from "../observability/log-scheduler-events.ts";
import { logSourceEvents } from "../observability/log-source-events.ts";
import { createMetrics } from "../observability/metrics.ts";
import { pingAfterSnapshots, pingForRules } from "../observability/ping.ts";
import { TraceFile } from "../observability/trace-file.ts";
import { openPage } from "../page/open-page.ts";
import { ElsewhereView } from "../replicas/elsewhere-view.ts";
import { openOwnership } from "../replicas/open-ownership.ts";
import { ReportDuty } from "../replicas/report-duty.ts";
import { startReports } from "../reports/start-reports.ts";
import { DiskResolver } from "../rules/disk-resolver.ts";
import { startRuleConfirmations } from "../rules/rule-confirmations.ts";
import { RuleFeed } from "../rules/rule-feed.ts";
import { ruleSettings } from "../rules/rule-settings.ts";
import { openSession } from "../session.ts";
import { policyOf } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import { cancellable } from "./cancellable.ts";
import { EventBus } from "./event-bus.ts";
import { surviveUnhandledRejections } from "./unhandled-rejections.ts";

/** What a daemon is made of. */
export interface DaemonOptions {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;

  /** Called for everything that the scheduler does, beside log and metrics. Default: no listener. */
  readonly onEvent?: (event: SchedulerEvent, scheduler: Pick<Scheduler, "inspect">) => void;

  /** Called once it serves, before it looks at anything. Default: no listener. */
  readonly onStarted?: (daemon: Pick<Daemon, "port" | "pagePort">) => void;
}

/** A daemon that is connected and serves HTTP; disposing of it closes all that was opened for it. */
export interface Daemon extends AsyncDisposable {
  /** Where it serves HTTP. */
  readonly port: number;

  /** Where it serves the status page; `undefined` where it does not. */
  readonly pagePort: number | undefined;

  /** Works until `stop` fires; then begins nothing new, and resolves once what is under way has ended, or `abort` fires. */
  run(stop: AbortSignal, abort: AbortSignal): Promise<void>;
}

/**
 * Puts a daemon together. If any part cannot be opened, those before it are closed again.
 *
 * @param stop - rejects with its reason when it fires meanwhile
 * @throws {Error} if it cannot start: one line that says what to change
 */
export async function createDaemon(options: DaemonOptions, stop: AbortSignal): Promise<Daemon> {
  const { settings, environment, logger, onEvent } = options;
  await using opened = new AsyncDisposableStack();

  // Open
  const metrics = createMetrics();
  opened.use(surviveUnhandledRejections(logger, metrics.onUnhandledRejection));
  const { client, registry } = opened.use(await openSession(settings, environment, stop));
  const identity = await cancellable(clusterIdentity(settings, client), stop);
  const trace = opened.use(await openTrace(settings, logger));

  // Observe
  const events = new EventBus<SchedulerEvent>(logger, metrics.onListenerFailure);
  events.on("log", logSchedulerEvents(logger));
  events.on("metrics", metrics.onSchedulerEvent);
  if (settings.pingUrl !== undefined) events.on("ping", pingAfterSnapshots(settings.pingUrl, logger));

  // Wire
  const source = createRuleSource({
    client,
    settings: ruleSettings(settings, client),
    onEvent: logSourceEvents(logger),
  });
  const ownership = await openOwnership(settings, client, logger);
  const policy = policyOf(settings);
  const scheduler = new Scheduler({
    backends: registry.loaded,
    ...identity,
    policy,
    ownership: ownership.locations,
    concurrency: settings.concurrency,
    onEvent: events.emit,
    ...(trace && { onTrace: trace.onTrace }),
  });
  const duty = new ReportDuty(ownership.locations, scheduler, () => reports.takeOver());
  const writer = opened.use(startReports(client, scheduler, duty, logger));
  const { reports } = writer;
  events.on("reports", (event) => reports.onSchedulerEvent(event));
  const needs = opened.use(
    new AccountNeeds({
      backends: registry.loaded,
      scheduler,
      minInterval: settings.minInterval,
      logger,
      onVerdict: (location) => reports.onLimits(location),
    }),
  );
  reports.compareLimits((rule) => needs.needOf(rule));
  if (onEvent !== undefined) events.on("caller", (event) => onEvent(event, scheduler));

  // Start
  const http = opened.use(
    await startHttpServer(settings.httpListen, {
      unhealthy: () => unhealthy(scheduler),
      notReady: () => notReady(source) ?? ownership.trouble(),
      metrics: metrics.text,
      onError: (error) => logger.error({ event: "http.error", ...errorFields(error) }, "a request was not answered"),
    }),
  );
  const { port } = http;
  logger.info({ event: "daemon.started", port, cluster: identity.cluster }, `listening on port ${port}`);
  const logResolved = logRules(logger);
  const resolver = new DiskResolver(registry);
  const feed = opened.use(
    new RuleFeed({
      source,
      resolver,
      parametersOf: (backend) => registry.parametersOf(backend),
      scheduler,
      onRules: (changes) => {
        logResolved(changes);
        metrics.onRules(changes);
        needs.onRules(changes);
        reports.onRules(changes);
      },
      onError: (error) =>
        logger.error({ event: "annotation.error", ...errorFields(error) }, "rules were not taken over"),
    }),
  );
  events.on("rule-pings", pingForRules({ rules: () => feed.resolved, logger }));
  const view = opened.use(
    new ElsewhereView({
      ...{ scheduler, reports, policy, backends: registry.loaded, ...identity },
      rules: () => [...feed.resolved.values()].flatMap(({ rule }) => rule ?? []),
    }),
  );
  const coverage = {
    source,
    feed,
    known: view,
    disks: new VolumeDisks(resolver),
    excludeKey: annotationKeys(settings.deltasAnnotationKey).exclude,
  };
  const speaksFor = (rule: Parameters<typeof duty.speaksFor>[0]): boolean => duty.speaksFor(rule);
  metrics.connect({
    volumes() {
      const sources = liveSources(coverage);
      return sources && sumOfCoverage(sources, Date.now(), speaksFor);
    },
    speaksFor,
    needs: () => needs.needs(),
    callRates: () => scheduler.callRates(),
    tenures: () => scheduler.health().locations,
  });
  const page = await openPage({
    ...{ settings, live: coverage, scheduler: view, cluster: identity.cluster, logger },
    refresh: () => view.refresh(),
  });
  if (page !== undefined) {
    opened.use(page);
    events.on("page", page.onSchedulerEvent);
  }
  events.on("resolver", (event) => {
    if (event.type !== "snapshot.failed" || event.error.code !== "not-found") return;
    feed.lookAgainFor(event);
  });
  opened.use(startRuleConfirmations(source, scheduler, metrics.onRulesAge));
  opened.use(startHeartbeat(settings.heartbeatSeconds, scheduler, logger));

  const all = opened.move();
  return {
    port,
    get pagePort() {
      return page?.port;
    },
    async run(stop, abort) {
      await Promise.all([
        source.run(stop),
        ownership.run(stop),
        duty.run(stop),
        scheduler.run(stop, abort),
        writer.run(stop, abort),
      ]);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A trace that cannot be written is no reason not to take snapshots. */
async function openTrace({ traceFile, traceMaxBytes }: Settings, logger: Logger): Promise<TraceFile | undefined> {
  if (traceFile === undefined) return undefined;
  return TraceFile.open({ path: traceFile, maxBytes: traceMaxBytes, logger });
}
