import type { SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import type { ResolvedRule } from "../rules/resolved-rule.ts";
import { errorFields } from "./error-fields.ts";
import { requestOutside } from "./request-outside.ts";

const LIMIT_MS = 10_000;

/** Of objects' own pings; what is over it is not sent. */
const MOST_AT_ONCE = 50;

/** Sends a GET to a service that watches over backups, after each finished snapshot. The URL is a secret, and not logged. */
export function pingAfterSnapshots(url: URL, logger: Logger): (event: SchedulerEvent) => void {
  return (event) => {
    if (event.type === "snapshot.ready") void ping(url, logger);
  };
}

async function ping(url: URL, logger: Logger): Promise<void> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    logger.info({ event: "ping.sent", status }, "ping sent");
  } catch (error) {
    logger.warn({ event: "ping.error", ...errorFields(error) }, "PING_URL cannot be reached");
  }
}

/** What {@link pingForRules} needs. */
export interface RulePingOptions {
  /** What became of what each object declares, by its id. */
  readonly rules: () => ReadonlyMap<string, ResolvedRule>;
  readonly logger: Logger;

  /** Default: {@link requestOutside}. */
  readonly request?: typeof requestOutside;
}

/** What such services know a URL's forms for. */
const forms: Partial<Readonly<Record<SchedulerEvent["type"], string>>> = {
  "snapshot.requested": "/start",
  "snapshot.ready": "",
  "snapshot.failed": "/fail",
};

/**
 * Tells the URL of an object's own what becomes of its snapshots: `URL/start` when one is requested, `URL` when it is ready,
 * `URL/fail` when it failed. Objects name these URLs, so they lead outside, and no answer leads elsewhere.
 *
 * @see {@link https://healthchecks.io/docs/http_api/}
 */
export function pingForRules({
  rules,
  logger,
  request = requestOutside,
}: RulePingOptions): (event: SchedulerEvent) => void {
  let underWay = 0;
  const send = async (rule: string, url: URL): Promise<void> => {
    underWay++;
    try {
      const status = await request(url, AbortSignal.timeout(LIMIT_MS));
      logger.info({ event: "ping.sent", rule, status }, "ping sent");
    } catch (error) {
      logger.warn({ event: "ping.error", rule, ...errorFields(error) }, "the rule's ping-url cannot be reached");
    } finally {
      underWay--;
    }
  };
  return (event) => {
    const form = forms[event.type];
    const rule = "rule" in event ? event.rule?.id : undefined;
    const pingUrl = rule === undefined ? undefined : rules().get(rule)?.pingUrl;
    if (form === undefined || rule === undefined || pingUrl === undefined) return;
    if (underWay >= MOST_AT_ONCE) {
      logger.warn({ event: "ping.error", rule }, `more than ${MOST_AT_ONCE} pings are under way: this one is not sent`);
      return;
    }
    const url = new URL(pingUrl);
    url.pathname = url.pathname.replace(/\/$/, "") + form;
    void send(rule, url);
  };
}
