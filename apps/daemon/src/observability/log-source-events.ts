import type { SourceEvent } from "@k8s-snapshots/k8s-source";
import type { Logger } from "pino";
import { errorFields } from "./error-fields.ts";

/** Writes what happens between the daemon and the Kubernetes API to the log. */
export function logSourceEvents(logger: Logger): (event: SourceEvent) => void {
  return (event) => {
    const { type, ...fields } = event;
    const about = { event: `kubernetes.${type}`, ...fields };
    switch (event.type) {
      case "resource-listed":
        return logger.info(about, `listed ${event.resource}`);
      case "resource-absent":
        return logger.info(about, `there are no ${event.resource} here: k8s-snapshots crd prints their definition`);
      case "watch-closed":
        return logger.debug(about, "watch closed");
      case "watch-stale":
        return logger.warn(about, "nothing was heard for too long: watching again");
      case "request-failed":
        return logger.warn({ ...about, ...errorFields(event.error) }, `cannot ${event.operation} ${event.resource}`);
      case "object-malformed":
      case "listener-failed":
        return logger.error({ ...about, ...errorFields(event.error) }, "left out");
    }
  };
}
