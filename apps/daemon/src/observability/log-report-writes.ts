import { KubernetesApiError, type WriteQueueOptions } from "@k8s-snapshots/k8s-source";
import type { Logger } from "pino";
import { errorFields } from "./error-fields.ts";
import { RepeatedFailures } from "./repeated-failures.ts";

/** Writes to the log what becomes of the writes of Events and status: a failure that goes on is a warning once. */
export function logReportWrites(logger: Logger): Required<Pick<WriteQueueOptions, "onWritten" | "onError">> {
  const failures = new RepeatedFailures();
  return {
    onWritten(key) {
      const failed = failures.succeeded(kindOf(key));
      if (failed > 0) logger.info({ event: "report.recovered", failed }, `${kindOf(key)} written again`);
    },
    onError(key, error, again) {
      // Not the message: it names the object, and there are thousands.
      const code = error instanceof KubernetesApiError ? error.reason : (error as Error).name;
      const level = failures.failed(kindOf(key), code) ? "warn" : "debug";
      const about = { event: "report.error", ...errorFields(error) };
      logger[level](about, `${kindOf(key)} not written${again ? ": tried again" : ""}`);
    },
  };
}

/** `event` or `status`: the queue's keys begin with it. */
function kindOf(key: string): string {
  return key.slice(0, key.indexOf(" "));
}
