import type { Logger } from "pino";
import type { Finding, ResolvedChanges } from "../rules/resolved-rule.ts";

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

/** So many new rules at once are one line, and one each for debugging: a pipe that is full holds the program up. */
const MANY = 50;

/**
 * Writes to the log what changed about each object that asks for snapshots. A backend that cannot say which disks are meant is
 * one line, however many rules it has.
 */
export function logRules(logger: Logger): (changes: ResolvedChanges) => void {
  const failures = new BackendFailures(logger);
  return (changes) => {
    const added = changes.size < MANY ? 0 : countAdded(changes);
    if (added >= MANY) logger.info({ event: "rules.added", rules: added }, `${added} rules added`);
    for (const [id, { before, after }] of changes) {
      logRule(logger, id, before?.rule?.deltas?.text, after?.rule?.deltas?.text, added >= MANY);
      if (after?.finding !== undefined && !isSame(before?.finding, after.finding)) logFinding(logger, after.finding);
      failures.note(id, after?.finding);
    }
    failures.log();
  };
}

function countAdded(changes: ResolvedChanges): number {
  let count = 0;
  for (const { before, after } of changes.values()) {
    if (before?.rule?.deltas === undefined && after?.rule?.deltas !== undefined) count++;
  }
  return count;
}

function logRule(
  logger: Logger,
  id: string,
  before: string | undefined,
  deltas: string | undefined,
  isOneOfMany: boolean,
): void {
  if (before === deltas) return;
  if (deltas === undefined) logger.info({ event: "rule.removed", rule: id }, "rule removed");
  else if (before === undefined)
    logger[isOneOfMany ? "debug" : "info"]({ event: "rule.added", rule: id, deltas }, "rule added");
  else logger.info({ event: "rule.updated", rule: id, deltas, before }, "rule updated");
}

function logFinding(logger: Logger, { id, reason, message }: Finding): void {
  if (reason === "BackendUnavailable") return;
  logger.warn({ event: eventOf[reason] ?? "annotation.error", rule: id, reason }, message);
}

function isSame(a: Finding | undefined, b: Finding): boolean {
  return a?.reason === b.reason && a.message === b.message;
}

/** Which rules wait for which backend, and what was logged of each. */
class BackendFailures {
  readonly #logger: Logger;
  readonly #byRule = new Map<string, Finding>();
  readonly #logged = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  note(id: string, finding: Finding | undefined): void {
    if (finding?.failure === undefined) this.#byRule.delete(id);
    else this.#byRule.set(id, finding);
  }

  log(): void {
    const byBackend = Map.groupBy(this.#byRule.values(), ({ failure }) => failure?.backend as string);
    for (const [backend, [first, ...others]] of byBackend as Map<string, [Finding, ...Finding[]]>) {
      const { failure, message } = first;
      if (failure === undefined || this.#logged.get(backend) === failure.code) continue;
      this.#logged.set(backend, failure.code);
      const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
      const rules = others.length + 1;
      this.#logger.error({ event: "backend.unavailable", ...failure, rules }, `${message}${more}`);
    }
    for (const backend of this.#logged.keys()) {
      if (byBackend.has(backend)) continue;
      this.#logged.delete(backend);
      this.#logger.info({ event: "backend.recovered", backend }, "no rule waits for it any more");
    }
  }
}
