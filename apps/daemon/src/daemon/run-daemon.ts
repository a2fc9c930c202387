import { createDaemon, type DaemonOptions } from "./create-daemon.ts";

/** How long what is under way may take once the daemon is asked to stop, in milliseconds. */
const GRACE_MS = 10_000;

/**
 * Runs the daemon until `stop` fires: then it begins nothing new, gives what is under way 10 seconds, and resolves.
 *
 * @throws {Error} if it cannot start: one line that says what to change. Whatever it had opened is closed by then
 */
export async function runDaemon(options: DaemonOptions, stop: AbortSignal): Promise<void> {
  const { logger } = options;
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onStop = (): void => {
    logger.info({ event: "daemon.stopping" }, "stopping: what is under way is finished first");
    timer = setTimeout(() => abort.abort(), GRACE_MS);
  };
  stop.addEventListener("abort", onStop, { once: true });
  try {
    await using daemon = await createDaemon(options, stop);
    options.onStarted?.(daemon);
    await daemon.run(stop, abort.signal);
  } catch (error) {
    // Asked to stop before it had started.
    if (!stop.aborted || error !== stop.reason) throw error;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", onStop);
  }
  logger.info({ event: "daemon.stopped" }, "stopped");
}
