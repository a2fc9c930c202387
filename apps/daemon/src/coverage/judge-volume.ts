import type { BackendError } from "@k8s-snapshots/backend-api";
import type { ClaimObject, VolumeObject } from "@k8s-snapshots/k8s-source";
import { averageMilliseconds, type Deltas } from "@k8s-snapshots/retention";
import { type LastPlan, type Reason, type Rule, reasons } from "@k8s-snapshots/scheduler";
import { readyVerdict } from "../reports/ready-condition.ts";
import type { ResolvedRule } from "../rules/resolved-rule.ts";
import type { Subject } from "./subjects.ts";
import type { Protection, VolumeCoverage } from "./volume-coverage.ts";

/** What is known of the disks that rules are for. */
export interface KnownDisks {
  /** `undefined`: nothing yet. */
  lastPlan(rule: Rule): LastPlan | undefined;

  /** Why its location cannot be listed, or its last request failed. */
  errorOf(rule: Rule): BackendError | undefined;
}

/** A rule that is in force: it has deltas and a disk. */
type RuleInForce = Rule & { readonly deltas: Deltas };

const DAY = 86_400_000;
const LATE_INTERVALS = 10;

/** Whether a volume's data is safe, in short: what it takes to count. */
export interface Judgement extends Pick<VolumeCoverage, "protection" | "reason"> {
  readonly message: () => string;

  /** What is in force for it, and what is known of its snapshots. */
  readonly inForce?: { readonly rule: RuleInForce; readonly plan: LastPlan | undefined };
}

/**
 * Whether a volume's data is safe. Where nothing is known of its snapshots it is not.
 *
 * @param asking - what objects ask for it, in whatever order
 * @param excludeKey - the annotation that says why it needs no snapshots
 */
export function judgeVolume(
  subject: Subject,
  asking: readonly ResolvedRule[],
  known: KnownDisks,
  excludeKey: string,
  now: number,
): Judgement {
  const inForce = asking.find(isInForce);
  if (inForce !== undefined) return judgeRule(inForce.rule, inForce.warnings, known, now);
  const findings = asking.flatMap(({ finding }) => (finding === undefined ? [] : [finding]));
  const finding = findings.find(({ reason }) => reason !== "SupersededByAnotherRule") ?? findings[0];
  return finding === undefined ? judgeUnasked(subject, excludeKey) : unprotected(finding.reason, finding.message);
}

/** The same in full. */
export function describeVolume(
  { id, metadata, volume }: Subject,
  { protection, reason, message, inForce }: Judgement,
  now: number,
): VolumeCoverage {
  const { namespace, name } = metadata;
  return {
    object: id,
    ...(namespace !== undefined && { namespace }),
    name,
    ...(volume && { volume: volume.metadata.name }),
    protection,
    reason,
    message: message(),
    ...(inForce && describeRule(inForce.rule, inForce.plan, now)),
  };
}

/** Whether snapshots are taken by it. */
export function isInForce(resolved: ResolvedRule): resolved is ResolvedRule & { readonly rule: RuleInForce } {
  return resolved.rule?.deltas !== undefined && resolved.finding === undefined;
}

function judgeRule(rule: RuleInForce, warnings: readonly string[], known: KnownDisks, now: number): Judgement {
  const { deltas, disk } = rule;
  const plan = known.lastPlan(rule);
  const { newest, lateAt, ready = false } = plan?.readiness ?? {};
  // What the last plan said may have been long ago.
  const isReady = ready && lateAt !== undefined && now < lateAt;
  const readiness = plan?.readiness && { ...plan.readiness, ready: isReady };
  const { reason, sentence, causes } = readyVerdict(plan && { disk, plan: { ...plan, readiness } }, {
    finding: undefined,
    error: known.errorOf(rule),
    warnings,
  });
  return {
    protection: isReady ? "protected" : withoutFresh(newest, averageMilliseconds(deltas.interval), reason, now),
    reason,
    message: () => (causes().length > 0 ? causes() : sentence()).join("; "),
    inForce: { rule, plan },
  };
}

function describeRule(
  { id, deltas, backend, disk }: RuleInForce,
  plan: LastPlan | undefined,
  now: number,
): Partial<VolumeCoverage> {
  const { newest, lateAt, held, widestGap = 0 } = plan?.readiness ?? {};
  const interval = averageMilliseconds(deltas.interval);
  return {
    rule: { id, deltas: deltas.text, interval, backend, location: disk.location, disk: disk.id },
    ...(newest !== undefined && { newest, worstGap: Math.max(widestGap, now - newest) }),
    ...(lateAt !== undefined && { lateAt }),
    ...(plan?.dueAt !== undefined && { dueAt: plan.dueAt }),
    ...(held !== undefined && { held }),
  };
}

function withoutFresh(newest: number | undefined, interval: number, reason: string, now: number): Protection {
  if (newest === undefined || now - newest > Math.max(DAY, LATE_INTERVALS * interval)) return "unprotected";
  return reasons[reason as Reason]?.severity === "error" ? "unprotected" : "late";
}

/** Of a volume that nothing asks snapshots of. */
function judgeUnasked({ metadata, claim, volume }: Subject, excludeKey: string): Judgement {
  const why = reasonToExclude(claim, volume, excludeKey);
  if (why !== undefined) return { protection: "excluded", reason: "Excluded", message: () => why };
  if (metadata.deletionTimestamp !== undefined) {
    return unprotected("PendingDeletion", "it is being deleted, and nothing asks for snapshots of it");
  }
  if (volume === undefined)
    return unprotected("Unbound", "the claim has no volume yet, and no rule asks for snapshots");
  if (claim === undefined) {
    const { claimRef } = volume.spec;
    return claimRef === undefined
      ? unprotected("Available", "no claim has the volume, and no rule asks for snapshots")
      : unprotected("Released", "the claim that had the volume is gone, and no rule asks for snapshots");
  }
  return unprotected("NoRule", "no rule asks for snapshots");
}

function unprotected(reason: string, message: string): Judgement {
  return { protection: "unprotected", reason, message: () => message };
}

function reasonToExclude(
  claim: ClaimObject | undefined,
  volume: VolumeObject | undefined,
  key: string,
): string | undefined {
  const why = claim?.metadata.annotations?.[key] ?? volume?.metadata.annotations?.[key];
  return why === undefined ? undefined : why.trim() || "no reason is given";
}
