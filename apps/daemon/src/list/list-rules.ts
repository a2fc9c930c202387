import { type ClusterReading, knownDisks } from "../cluster-reading/read-cluster.ts";
import type { Canvas } from "../drawing/style.ts";
import { drawTable } from "../drawing/table.ts";
import { instantJson } from "../instant-json.ts";
import { readyCondition } from "../reports/ready-condition.ts";
import type { ResolvedRule } from "../rules/resolved-rule.ts";

/** An object that asks for snapshots, and what becomes of that. */
export interface ListedRule {
  /** The object: `PersistentVolumeClaim/NAMESPACE/NAME`. */
  readonly id: string;
  readonly namespace: string | undefined;

  /** Which volume or disk it is for, as far as that can be told. */
  readonly for: string | undefined;
  readonly deltas: string | undefined;

  /** As the condition `Ready` says it. */
  readonly ready: "True" | "False" | "Unknown";
  readonly reason: string;
  readonly message: string;
  readonly dueAt: number | undefined;
}

/** By id. */
export function listedRules(reading: ClusterReading): readonly ListedRule[] {
  const known = knownDisks(reading);
  return [...reading.resolved.all]
    .map(([id, { origin, target, rule, finding, warnings }]): ListedRule => {
      const plan = rule && known.lastPlan(rule);
      const error = rule && known.errorOf(rule);
      const { status, reason, message } = readyCondition(rule && plan && { disk: rule.disk, plan }, {
        finding,
        error,
        warnings,
      });
      return {
        id,
        namespace: origin.namespace,
        for: target && targetInWords(target),
        deltas: rule?.deltas?.text,
        ready: status,
        reason,
        message,
        dueAt: plan?.dueAt,
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function rulesText(rules: readonly ListedRule[], isWide: boolean, canvas: Canvas): readonly string[] {
  const rows = rules.map(({ id, for: target = "", deltas = "", ready, reason, message }) => [
    { text: id },
    { text: target },
    { text: deltas },
    { text: ready, ...(ready === "False" && { style: "bad" as const }) },
    { text: reason },
    ...(isWide ? [{ text: message }] : []),
  ]);
  return drawTable(canvas, ["RULE", "FOR", "DELTAS", "READY", "REASON", ...(isWide ? ["MESSAGE"] : [])], rows);
}

export function rulesJson(rules: readonly ListedRule[]): readonly object[] {
  return rules.map(({ id, namespace, for: target, deltas, ready, reason, message, dueAt }) => ({
    id,
    namespace: namespace ?? null,
    for: target ?? null,
    deltas: deltas ?? null,
    ready,
    reason,
    message,
    dueAt: instantJson(dueAt),
  }));
}

function targetInWords(target: NonNullable<ResolvedRule["target"]>): string {
  if (target.kind === "disk") return `disk ${JSON.stringify(target.disk)} of ${target.backend}`;
  const { metadata, spec } = target.volume;
  const { claimRef } = spec;
  return claimRef?.name === undefined ? `pv/${metadata.name}` : `${claimRef.namespace}/${claimRef.name}`;
}
