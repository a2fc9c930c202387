import type { Canvas } from "../drawing/style.ts";
import { exceedsLimit } from "./check-backends.ts";
import { drawGroup } from "./check-group.ts";
import { checkGroups } from "./check-groups.ts";
import { type CheckResult, isHarmless } from "./run-check.ts";

/**
 * `{ok, asked: {server, origin, user}, kubernetes: {permissions, definition: {status, detail}, identity: {status, cluster, detail}},
 * rules: {working, findings: [{object, reason, message}], trustedNamespaces}, volumes: {asked, excluded, unasked}, backends: [{backend, location, permissions, limits, needed, need, error}], error}`;
 * permissions are `[{permission, status, optional, detail}]`.
 */
export function checkJson(result: CheckResult): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

/** Group by group what was asked and how it stands, and a last line that sums it up. */
export function checkText(result: CheckResult, canvas: Canvas): string {
  const groups = checkGroups(result).flatMap((group) => [...drawGroup(group, canvas), ""]);
  return [...groups, canvas.paint(result.ok ? "good" : "bad", summaryOf(result)), ""].join("\n");
}

/** Agrees with the exit code: it is 0 where all is well. */
function summaryOf({ ok, kubernetes, rules, backends, error }: CheckResult): string {
  const exit = `Exit code ${ok ? 0 : 1}.`;
  if (error !== undefined) return `The rules cannot be read, so that no backend was asked: ${error}. ${exit}`;
  const permissions = [...kubernetes.permissions, ...backends.flatMap((check) => check.permissions)];
  const lacking = permissions.filter(({ status, optional }) => optional && status === "missing").length;
  const statuses = [
    ...permissions.filter(({ optional }) => !optional).map(({ status }) => status),
    kubernetes.definition.status,
    kubernetes.identity.status,
  ];
  const missing = statuses.filter((status) => status === "missing" || status === "absent" || status === "outdated");
  const failed = backends.filter((check) => check.error !== undefined);
  const unknown = statuses.filter((status) => status === "unknown").length + failed.length;
  const exceeded = backends.filter(exceedsLimit).length;
  const failing = rules.findings.filter((finding) => !isHarmless(finding)).length;
  const sentences = [
    ...(missing.length > 0 ? [`Missing: ${missing.length}.`] : []),
    ...(lacking > 0 ? [`Missing for a part only: ${lacking}.`] : []),
    ...(unknown > 0 ? [`Could not be found out: ${unknown}.`] : []),
    ...(exceeded > 0 ? [`Limits that the rules exceed: ${exceeded}.`] : []),
    ...(failing > 0 ? [`Rules that fail: ${failing}.`] : []),
  ];
  if (sentences.length === 0) sentences.push("Nothing is missing.");
  sentences.push(`Rules that work: ${rules.working}.`);
  if (ok && rules.working === 0) sentences.push("Annotate a claim to have one.");
  return [...sentences, exit].join(" ");
}
