import { BackendError } from "../backend-error.ts";
import type { DiskSpec } from "../disk.ts";
import type { DiskSchema } from "../manifest.ts";
import { printable } from "../printable.ts";

/**
 * The fields of `spec.disk`, as texts without blanks around them: those that the schema has and the spec gives.
 *
 * @param schema - {@link BackendManifest.diskSchema}
 * @throws {BackendError} `invalid` if a field is unknown, missing, empty, not a text, or not one that is allowed: the message
 *   names it
 */
export function readDiskSpec(spec: DiskSpec, schema: DiskSchema): Readonly<Record<string, string>> {
  const names = Object.keys(schema.properties);
  const unknown = Object.keys(spec).find((field) => !names.includes(field));
  if (unknown !== undefined) throw invalid(unknown, `is not a field of a disk here: it has ${list(names, "and")}`);
  const fields = Object.fromEntries(
    Object.entries(spec).map(([field, value]) => [field, readField(field, value, schema)] as const),
  );
  const missing = schema.required?.find((field) => fields[field] === undefined);
  if (missing !== undefined) throw invalid(missing, `is missing: ${schema.properties[missing]?.description}`);
  assertOneOf(fields, schema.oneOf ?? []);
  return fields;
}

function readField(field: string, value: unknown, { properties }: DiskSchema): string {
  const schema = properties[field];
  const text = typeof value === "string" ? value.trim() : "";
  if (text === "") throw invalid(field, `must be a text, but is ${shown(value)}: ${schema?.description}`);
  if (schema?.enum !== undefined && !schema.enum.includes(text)) {
    throw invalid(field, `must be ${list(schema.enum, "or")}, but is ${shown(value)}`);
  }
  return text;
}

function assertOneOf(fields: Readonly<Record<string, string>>, oneOf: NonNullable<DiskSchema["oneOf"]>): void {
  if (oneOf.length === 0) return;
  const given = oneOf.filter(({ required }) => required.every((field) => fields[field] !== undefined));
  if (given.length === 1) return;
  const sets = oneOf.map(({ required }) => required.map((field) => `spec.disk.${field}`).join(" with "));
  throw new BackendError("invalid", `exactly one of ${list(sets, "and")} is needed`);
}

function invalid(field: string, what: string): BackendError {
  return new BackendError("invalid", `spec.disk.${field} ${what}`);
}

function shown(value: unknown): string {
  return printable(JSON.stringify(value) ?? "undefined", 80);
}

function list(words: readonly string[], last: "and" | "or"): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}
