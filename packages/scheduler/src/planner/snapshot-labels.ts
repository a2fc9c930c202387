import { HOLD_LABEL, type Labels, type Snapshot } from "@k8s-snapshots/backend-api";
import type { Policy } from "../policy.ts";
import type { Rule } from "../rule.ts";

/** The name of the rule that a snapshot was made for. */
export const RULE_LABEL = "k8s-snapshots/rule";

/** Set to `expire` on snapshots whose rule wants them to go on expiring once it is gone. */
export const DELETION_POLICY_LABEL = "k8s-snapshots/deletion-policy";

/** The schedule to go on by, beside {@link DELETION_POLICY_LABEL}. */
export const DELTAS_LABEL = "k8s-snapshots/deltas";

const LONGEST_NAME = 63;
/** What the contract lets a label hold. A schedule that does not fit is not remembered: its snapshots are retained. */
const LABEL_VALUE = /^[A-Za-z0-9 ._:/=+@-]{0,128}$/;

/** The label that marks a snapshot as ours: what lists ask for. */
export function authorLabels(policy: Policy): Labels {
  return { [policy.authorLabelKey]: policy.authorLabel };
}

/** What a new snapshot is labelled with. All that outlives the rule is in here: nothing else remembers it. */
export function labelsFor(rule: Rule, policy: Policy): Labels {
  const labels = { ...authorLabels(policy), [RULE_LABEL]: rule.name.slice(0, LONGEST_NAME) };
  if (rule.deletionPolicy === "retain" || rule.deltas === undefined) return labels;
  if (!LABEL_VALUE.test(rule.deltas.text)) return labels;
  return { ...labels, [DELETION_POLICY_LABEL]: "expire", [DELTAS_LABEL]: rule.deltas.text };
}

/** Safety rule 7: whether someone has labelled the snapshot to be kept. */
export function isHeld(snapshot: Snapshot): boolean {
  const value = snapshot.labels[HOLD_LABEL];
  return value !== undefined && value !== "false";
}
