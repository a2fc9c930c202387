import type { OwnershipEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { errorFields } from "../observability/error-fields.ts";
import { RepeatedFailures } from "../observability/repeated-failures.ts";

/** Writes to the log what happens among the replicas. What a location's owner may do, the scheduler says itself. */
export function logOwnership(logger: Logger): (event: OwnershipEvent) => void {
  const failures = new RepeatedFailures();
  return (event) => {
    const about = { event: event.type };
    switch (event.type) {
      case "replica.joined":
        failures.succeeded("lease");
        return logger.info({ ...about, member: event.member }, "joined the replicas");
      case "replica.removed":
        return logger.info(
          { ...about, member: event.member },
          "removed a replica that is gone: its Lease was not renewed",
        );
      case "lease.failed": {
        const { error } = event;
        const level = failures.failed("lease", messageOf(error)) ? "error" : "debug";
        return logger[level]({ ...about, ...errorFields(error) }, `cannot write a Lease: ${messageOf(error)}`);
      }
      default:
        return logger.debug({ ...about, location: event.key }, "a location changes hands");
    }
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
