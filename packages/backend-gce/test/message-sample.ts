/** Google's descriptions, as protobufjs reads them. */
export interface Description {
  readonly nested?: Readonly<Record<string, Description>>;
  readonly fields?: Readonly<Record<string, Field>>;
  readonly values?: Readonly<Record<string, number>>;
}

interface Field {
  readonly type: string;
  readonly rule?: "repeated";
  readonly keyType?: string;
}

/** A message of Compute Engine's v1 with every field set, down to six messages within each other. */
export function sampleOf(root: Description, name: string): Record<string, unknown> {
  const v1 = ["google", "cloud", "compute", "v1"].reduce((outer, each) => child(outer, each), root);
  return messageOf(v1, child(v1, name), 6);
}

function messageOf(v1: Description, message: Description, depth: number): Record<string, unknown> {
  const fields = Object.entries(message.fields ?? {}).map(([name, field]) => {
    const value = sampleValue(v1, message, field.type, depth);
    if (value === undefined) return [];
    if (field.keyType !== undefined) return [[name, { key: value }]];
    return [[name, field.rule === "repeated" ? [value, value] : value]];
  });
  return Object.fromEntries(fields.flat());
}

function sampleValue(v1: Description, scope: Description, type: string, depth: number): unknown {
  if (type === "string") return "text";
  if (type === "bool") return true;
  if (type.startsWith("google.")) return undefined;
  if (/^u?int64$/.test(type)) return "9007199254740993";
  if (/^(?:u?int32|float|double)$/.test(type)) return 7;
  const described = scope.nested?.[type] ?? type.split(".").reduce((outer, each) => child(outer, each), v1);
  if (described.values !== undefined) return Object.keys(described.values).at(-1);
  return depth === 0 ? undefined : messageOf(v1, described, depth - 1);
}

function child(outer: Description, name: string): Description {
  const found = outer.nested?.[name];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}
