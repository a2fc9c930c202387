import { type BackendCheck, isFine } from "./check-backends.ts";

/** `{ok, backends: [{backend, location, permissions: [{permission, status, detail}], error}]}`. */
export function checkJson(backends: readonly BackendCheck[]): string {
  return `${JSON.stringify({ ok: backends.every(isFine), backends }, undefined, 2)}\n`;
}

/** A line for each permission, and a last one that sums them up. */
export function checkText(backends: readonly BackendCheck[]): string {
  const rows = [["BACKEND", "LOCATION", "PERMISSION", "STATUS", "DETAIL"], ...backends.flatMap(rowsOf)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return `${[...lines, "", summaryOf(backends)].join("\n")}\n`;
}

function rowsOf({ backend, location = "-", permissions, error }: BackendCheck): string[][] {
  if (error !== undefined) return [[backend, location, "-", "failed", error]];
  if (permissions.length === 0) return [[backend, location, "-", "unused", "no rule needs it: nothing was checked"]];
  return permissions.map(({ permission, status, detail = "" }) => [backend, location, permission, status, detail]);
}

function summaryOf(backends: readonly BackendCheck[]): string {
  if (backends.length === 0) return "No rule in this cluster needs a backend: annotate a claim first.";
  const missing = backends.flatMap(({ permissions }) => permissions.filter(({ status }) => status === "missing"));
  const failed = backends.filter(({ error }) => error !== undefined);
  if (missing.length + failed.length === 0) return "Nothing is missing.";
  return `${missing.length} permissions are missing, ${failed.length} backends could not be checked.`;
}
