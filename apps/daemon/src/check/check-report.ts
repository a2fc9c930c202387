import { table } from "../terminal.ts";
import type { BackendCheck } from "./check-backends.ts";
import type { ClusterCheck } from "./check-cluster.ts";
import type { CheckResult } from "./run-check.ts";

/**
 * `{ok, kubernetes: {permissions, definition: {status, detail}, identity: {status, cluster, detail}}, backends: [{backend, location, permissions, error}],
 * error}`; permissions are `[{permission, status, detail}]`.
 */
export function checkJson(result: CheckResult): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

/** A line for each thing that is needed, and a last one that sums them up. */
export function checkText(result: CheckResult): string {
  const rows = [
    ["OF", "LOCATION", "PERMISSION", "STATUS", "DETAIL"],
    ...clusterRows(result.kubernetes),
    ...result.backends.flatMap(rowsOf),
  ];
  return `${table(rows)}\n\n${summaryOf(result)}\n`;
}

function clusterRows({ permissions, definition: { status, detail }, identity }: ClusterCheck): string[][] {
  const { cluster = "-" } = identity;
  return [
    ...permissions.map((check) => ["kubernetes", "-", check.permission, check.status, check.detail ?? ""]),
    ["kubernetes", "-", "definition of SnapshotRules", status, detail],
    ["kubernetes", "-", `identity ${cluster}`, identity.status, identity.detail],
  ];
}

function rowsOf({ backend, location = "-", permissions, error }: BackendCheck): string[][] {
  if (error !== undefined) return [[backend, location, "-", "failed", error]];
  if (permissions.length === 0) return [[backend, location, "-", "unused", "no rule needs it: nothing was checked"]];
  return permissions.map(({ permission, status, detail = "" }) => [backend, location, permission, status, detail]);
}

function summaryOf({ ok, kubernetes, backends, error }: CheckResult): string {
  if (error !== undefined) return `The rules cannot be read, so that no backend was asked: ${error}`;
  const statuses = [
    ...[...kubernetes.permissions, ...backends.flatMap(({ permissions }) => permissions)].map(({ status }) => status),
    kubernetes.definition.status,
    kubernetes.identity.status,
  ];
  const missing = statuses.filter((status) => status === "missing" || status === "absent" || status === "outdated");
  const failed = backends.filter((check) => check.error !== undefined);
  const unknown = statuses.filter((status) => status === "unknown").length + failed.length;
  const sentences = [missing.length === 0 ? "Nothing is missing." : `Missing: ${missing.length}.`];
  if (unknown > 0) sentences.push(`Could not be found out: ${unknown}.`);
  if (ok && backends.length === 0) sentences.push("No rule needs a backend yet: annotate a claim.");
  return sentences.join(" ");
}
