import type { Logger } from "pino";
import type { Finding, ResolvedRules } from "../rules/resolved-rules.ts";

/** The log events that people of the Python daemon alert on. */
const eventOf: Partial<Record<Finding["reason"], string>> = {
  InvalidDeltas: "annotation.invalid",
  InvalidSpec: "annotation.invalid",
  ClaimNotFound: "rule.pending",
  ClaimNotBound: "rule.pending",
  VolumeNotFound: "volume.not-found",
  VolumeUnsupported: "volume.unsupported",
  DiskNotFound: "volume.not-found",
};

/**
 * Writes to the log what changed from one set of rules to the next. A backend that cannot say which disks are meant is
 * one line, however many rules it has.
 */
export function logRules(logger: Logger): (resolved: ResolvedRules) => void {
  let rules = new Map<string, string>();
  let findings = new Map<string, string>();
  let failures = new Map<string, string>();

  return (resolved) => {
    const nextRules = new Map(
      resolved.rules.flatMap(({ id, deltas }) => (deltas === undefined ? [] : [[id, deltas.text] as const])),
    );
    for (const [id, deltas] of nextRules) {
      const before = rules.get(id);
      if (before === undefined) logger.info({ event: "rule.added", rule: id, deltas }, "rule added");
      else if (before !== deltas) logger.info({ event: "rule.updated", rule: id, deltas, before }, "rule updated");
    }
    for (const id of rules.keys()) {
      if (!nextRules.has(id)) logger.info({ event: "rule.removed", rule: id }, "rule removed");
    }

    const nextFindings = new Map(resolved.findings.map(({ id, reason, message }) => [id, `${reason}: ${message}`]));
    for (const { id, reason, message } of resolved.findings) {
      if (reason === "BackendUnavailable" || findings.get(id) === `${reason}: ${message}`) continue;
      logger.warn({ event: eventOf[reason] ?? "annotation.error", rule: id, reason }, message);
    }

    const nextFailures = new Map<string, string>();
    for (const { failure, message } of resolved.findings) {
      if (failure === undefined || nextFailures.has(failure.backend)) continue;
      nextFailures.set(failure.backend, failure.code);
      if (failures.get(failure.backend) === failure.code) continue;
      const count = resolved.findings.filter((other) => other.failure?.backend === failure.backend).length;
      const others = count === 1 ? "" : ` (and ${count - 1} more)`;
      logger.error({ event: "backend.unavailable", ...failure, rules: count }, `${message}${others}`);
    }
    for (const backend of failures.keys()) {
      if (!nextFailures.has(backend))
        logger.info({ event: "backend.recovered", backend }, "no rule waits for it any more");
    }
    failures = nextFailures;
    rules = nextRules;
    findings = nextFindings;
  };
}
