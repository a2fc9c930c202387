import { table } from "../terminal.ts";
import type { BackendCheck } from "./check-backends.ts";
import type { ClusterCheck } from "./check-cluster.ts";
import { type CheckResult, isHarmless } from "./run-check.ts";

/**
 * `{ok, asked: {server, origin}, kubernetes: {permissions, definition: {status, detail}, identity: {status, cluster, detail}},
 * rules: {working, findings: [{object, reason, message}], trustedNamespaces}, backends: [{backend, location, permissions, error}], error}`;
 * permissions are `[{permission, status, detail}]`.
 */
export function checkJson(result: CheckResult): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

/** Which cluster was asked, a line for each thing that is needed and each rule that fails, and a last one that sums them up. */
export function checkText(result: CheckResult): string {
  const { asked, rules } = result;
  const rows = [
    ["OF", "LOCATION", "PERMISSION", "STATUS", "DETAIL"],
    ...clusterRows(result.kubernetes),
    ...result.backends.flatMap(rowsOf),
  ];
  const findings = rules.findings.map(({ object, reason, message }) => `${object}  ${reason}: ${message}`);
  return [
    `Asked ${asked.server}, ${asked.origin}`,
    "",
    table(rows),
    "",
    ...(findings.length === 0 ? [] : ["Ask for snapshots and get none:", ...findings, ""]),
    ...(rules.trustedNamespaces === undefined
      ? []
      : [
          "To let SnapshotRules in these namespaces name any disk:",
          `TRUSTED_NAMESPACES=${rules.trustedNamespaces.join(",")}`,
          "",
        ]),
    summaryOf(result),
    "",
  ].join("\n");
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

/** Agrees with the exit code: it is 0 where all is well. */
function summaryOf({ ok, kubernetes, rules, backends, error }: CheckResult): string {
  if (error !== undefined) return `The rules cannot be read, so that no backend was asked: ${error}`;
  const statuses = [
    ...[...kubernetes.permissions, ...backends.flatMap(({ permissions }) => permissions)].map(({ status }) => status),
    kubernetes.definition.status,
    kubernetes.identity.status,
  ];
  const missing = statuses.filter((status) => status === "missing" || status === "absent" || status === "outdated");
  const failed = backends.filter((check) => check.error !== undefined);
  const unknown = statuses.filter((status) => status === "unknown").length + failed.length;
  const failing = rules.findings.filter((finding) => !isHarmless(finding)).length;
  const sentences = [
    ...(missing.length > 0 ? [`Missing: ${missing.length}.`] : []),
    ...(unknown > 0 ? [`Could not be found out: ${unknown}.`] : []),
    ...(failing > 0 ? [`Rules that fail: ${failing}.`] : []),
  ];
  if (sentences.length === 0) sentences.push("Nothing is missing.");
  sentences.push(`Rules that work: ${rules.working}.`);
  if (ok && rules.working === 0) sentences.push("Annotate a claim to have one.");
  return sentences.join(" ");
}
