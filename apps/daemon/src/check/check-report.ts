import { table } from "../terminal.ts";
import { type BackendCheck, isFine } from "./check-backends.ts";
import type { CheckResult } from "./run-check.ts";

/**
 * `{ok, kubernetes: [{what, status, detail}], backends: [{backend, location, permissions: [{permission, status,
 * detail}], error}], error}`.
 */
export function checkJson(result: CheckResult): string {
  return `${JSON.stringify(result, undefined, 2)}\n`;
}

/** A line for each thing that is needed, and a last one that sums them up. */
export function checkText(result: CheckResult): string {
  const rows = [
    ["OF", "LOCATION", "PERMISSION", "STATUS", "DETAIL"],
    ...result.kubernetes.map(({ what, status, detail }) => ["kubernetes", "-", what, status, detail]),
    ...result.backends.flatMap(rowsOf),
  ];
  return `${table(rows)}\n\n${summaryOf(result)}\n`;
}

function rowsOf({ backend, location = "-", permissions, error }: BackendCheck): string[][] {
  if (error !== undefined) return [[backend, location, "-", "failed", error]];
  if (permissions.length === 0) return [[backend, location, "-", "unused", "no rule needs it: nothing was checked"]];
  return permissions.map(({ permission, status, detail = "" }) => [backend, location, permission, status, detail]);
}

function summaryOf({ ok, kubernetes, backends, error }: CheckResult): string {
  if (error !== undefined) return `The rules cannot be read, so that no backend was asked: ${error}`;
  if (ok && backends.length === 0) return "Nothing is missing. No rule needs a backend yet: annotate a claim.";
  if (ok) return "Nothing is missing.";
  const permissions = [...kubernetes, ...backends.flatMap(({ permissions }) => permissions)];
  const missing = permissions.filter(({ status }) => status === "missing").length;
  const failed = backends.filter((check) => !isFine(check) && check.error !== undefined).length;
  const unknown = kubernetes.filter(({ status }) => status === "unknown").length;
  return `Missing: ${missing}. Could not be found out: ${unknown + failed}.`;
}
