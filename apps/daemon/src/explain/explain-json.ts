import { describeDeferral, reasons } from "@k8s-snapshots/scheduler";
import { BASIS } from "../cluster-reading/basis.ts";
import { volumeJson } from "../coverage/coverage-report.ts";
import { scheduleInWords } from "../drawing/words.ts";
import { instantJson } from "../instant-json.ts";
import { snapshotJson } from "../inventory/snapshot-words.ts";
import type { Explanation } from "./explain-object.ts";
import { winnerOf } from "./story.ts";

/**
 * `{now, cluster, asked, basis, object, volume, rule, asking: [{object, inForce, reason, message}], story: [{headline, details}],
 * deferrals: [{reason, defers, severity, until, message}], snapshots, restore}`: times in ISO 8601, what is not there is `null`.
 */
export function explainJson({ reading, object, coverage, disk, story, restore }: Explanation): string {
  const winner = winnerOf(object);
  const rule = winner?.[1].rule;
  const document = {
    now: reading.now.toISOString(),
    cluster: reading.cluster,
    asked: reading.asked,
    basis: BASIS,
    object: object.id,
    volume: coverage === undefined ? null : volumeJson(coverage),
    rule:
      winner === undefined || rule?.deltas === undefined
        ? null
        : {
            object: winner[0],
            deltas: rule.deltas.text,
            schedule: scheduleInWords(rule.deltas),
            backend: rule.backend,
            location: rule.disk.location,
            disk: rule.disk.id,
          },
    asking: [...object.asking].map(([id, { finding }]) => ({
      object: id,
      inForce: id === winner?.[0],
      reason: finding?.reason ?? null,
      message: finding?.message ?? null,
    })),
    story: story.map(({ headline, details }) => ({ headline, details })),
    deferrals: (disk?.inspection.plan.deferrals ?? []).map((deferral) => ({
      reason: deferral.reason,
      defers: reasons[deferral.reason].defers,
      severity: reasons[deferral.reason].severity,
      until: instantJson(deferral.until),
      message: describeDeferral(deferral),
    })),
    nextAt: instantJson(disk?.inspection.plan.dueAt),
    snapshots: (disk?.snapshots ?? []).map(snapshotJson),
    restore: restore ?? null,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
