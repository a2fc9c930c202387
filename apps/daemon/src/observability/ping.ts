import type { SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { errorFields } from "./error-fields.ts";

const LIMIT_MS = 10_000;

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
