import type { Deltas } from "@k8s-snapshots/retention";
import type { ClusterRules } from "../rules/read-rules.ts";
import type { Finding, ResolvedRule } from "../rules/resolved-rule.ts";
import type { AskingObject, Change, Decision } from "./migration.ts";

const MIXED =
  "the Python daemon failed with months or years beside shorter durations; here they are computed on the calendar, in UTC";

type Judgement = { readonly outcome: AskingObject["outcome"]; readonly remedy?: string };

/** What a reason means for the move, and what to do about it. */
const judgements = {
  ClaimNotBound: { outcome: "waits" },
  ClaimNotFound: { outcome: "waits" },
  VolumeNotFound: { outcome: "waits" },
  SupersededByAnotherRule: { outcome: "superseded" },
  ClaimReferenceMismatch: {
    outcome: "refused",
    remedy: "annotate the claim that the volume is bound to, or take the annotation off",
  },
  InvalidDeltas: {
    outcome: "refused",
    remedy: "write deltas that can be read; until then nothing is taken of the disk, and nothing deleted",
  },
  InvalidSpec: {
    outcome: "refused",
    remedy: "correct the SnapshotRule; until then nothing is taken for it, and nothing deleted",
  },
  DiskNotAllowedInNamespace: {
    outcome: "refused",
    remedy:
      "move the rule to kube-system, or trust its namespace with --trusted-namespaces: whoever may write SnapshotRules there decides on the snapshots of every disk",
  },
  TooManyRulesInNamespace: { outcome: "refused", remedy: "set --max-rules-per-namespace, or take some away" },
  VolumeUnsupported: { outcome: "unknown" },
  DiskNotFound: { outcome: "unknown", remedy: "correct what names the disk" },
  BackendUnavailable: { outcome: "unknown", remedy: "give the command what the backend misses, and run it again" },
} as const satisfies Record<Finding["reason"], Judgement>;

/** What becomes of each object that asks for snapshots, in the order of their ids. */
export function askingObjects({ resolved }: Pick<ClusterRules, "resolved">): {
  readonly objects: readonly AskingObject[];
  readonly decisions: readonly Decision[];
  readonly changes: readonly Change[];
} {
  const objects: AskingObject[] = [];
  const decisions: Decision[] = [];
  const changes: Change[] = [];
  for (const [id, one] of [...resolved.all].sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const what of one.warnings) changes.push({ about: id, what });
    const { object, remedy } = judge(id, one);
    const { message } = object;
    objects.push(object);
    if (message !== undefined && remedy !== undefined) decisions.push({ about: id, problem: message, remedy });
    else if (message !== undefined) changes.push({ about: id, what: message });
    if (one.rule?.deltas !== undefined && isMixed(one.rule.deltas)) changes.push({ about: id, what: MIXED });
  }
  return { objects, decisions, changes };
}

function isMixed({ generations }: Deltas): boolean {
  const durations = generations.flatMap(({ delta, parent }) => [delta, parent]);
  return durations.some(({ months }) => months > 0) && durations.some(({ milliseconds }) => milliseconds > 0);
}

function judge(
  id: string,
  { rule, finding }: ResolvedRule,
): { readonly object: AskingObject; readonly remedy?: string } {
  const deltas = rule?.deltas?.text;
  if (finding === undefined) return { object: { id, deltas, outcome: "same" } };
  const judgement: Judgement = judgements[finding.reason];
  return {
    object: { id, deltas, outcome: judgement.outcome, reason: finding.reason, message: finding.message },
    ...(judgement.remedy !== undefined && { remedy: judgement.remedy }),
  };
}
