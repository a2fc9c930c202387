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

/** Writes to the log what changed from one set of rules to the next. */
export function logRules(logger: Logger): (resolved: ResolvedRules) => void {
  let rules = new Map<string, string>();
  let findings = new Map<string, string>();

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
      if (findings.get(id) === `${reason}: ${message}`) continue;
      logger.warn({ event: eventOf[reason] ?? "annotation.error", rule: id, reason }, message);
    }
    rules = nextRules;
    findings = nextFindings;
  };
}
