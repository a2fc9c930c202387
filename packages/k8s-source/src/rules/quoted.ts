import { printable } from "@k8s-snapshots/backend-api";

/** A value as somebody wrote it, for messages: at most 80 characters, and nothing that a terminal would act on. */
export function quoted(value: unknown): string {
  if (typeof value !== "string") return printable(JSON.stringify(value), 80);
  return `"${printable(value, 80).replaceAll('"', '\\"')}"`;
}
