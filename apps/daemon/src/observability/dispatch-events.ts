import type { SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { errorFields } from "./error-fields.ts";

/** Calls each listener for every event. What one throws is logged, and keeps no other from being called. */
export function dispatchEvents(
  listeners: readonly ((event: SchedulerEvent) => void)[],
  logger: Logger,
): (event: SchedulerEvent) => void {
  return (event) => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        logger.error({ event: "listener.failed", type: event.type, ...errorFields(error) }, "a listener failed");
      }
    }
  };
}
