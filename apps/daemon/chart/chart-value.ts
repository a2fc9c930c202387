/** What the chart's values are checked against: the part of JSON Schema that is used here. */
export interface ValueSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly items?: ValueSchema;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly additionalProperties?: boolean | ValueSchema;
  readonly required?: readonly string[];
}

/** A value of the chart. */
export interface ChartValue {
  readonly kind: "value";

  /** One line for values.yaml, the README and the schema. */
  readonly description: string;
  readonly schema: ValueSchema;

  /** As it stands in values.yaml. */
  readonly default: unknown;

  /** What holds where nothing is set, for people, in Markdown: values.yaml then has the value as a comment. */
  readonly otherwise?: string;
}

/** Values that belong together. */
export interface ChartSection {
  readonly kind: "section";
  readonly description?: string;
  readonly values: Readonly<Record<string, ChartValue | ChartSection>>;
}

/** @param values - by name, in the order of values.yaml */
export function section(description: string, values: ChartSection["values"]): ChartSection {
  return { kind: "section", description, values };
}

/** A text. Empty: what it is for is left out. */
export function text(description: string, fallback: string = ""): ChartValue {
  return { kind: "value", description, schema: { type: "string" }, default: fallback };
}

/** One of some words. */
export function word(description: string, words: readonly string[], fallback: string): ChartValue {
  return { kind: "value", description, schema: { type: "string", enum: words }, default: fallback };
}

/** Yes or no. */
export function flag(description: string, fallback: boolean): ChartValue {
  return { kind: "value", description, schema: { type: "boolean" }, default: fallback };
}

/** A whole number. */
export function integer(description: string, minimum: number, maximum: number, fallback: number): ChartValue {
  return { kind: "value", description, schema: { type: "integer", minimum, maximum }, default: fallback };
}

/** Texts by name, as labels and annotations are. */
export function texts(description: string, fallback: Readonly<Record<string, string>> = {}): ChartValue {
  const schema = { type: "object", additionalProperties: { type: "string" } };
  return { kind: "value", description, schema, default: fallback };
}

/** A list of texts. @param pattern - of each. Default: any */
export function words(description: string, pattern: string = "\\S"): ChartValue {
  return { kind: "value", description, schema: { type: "array", items: { type: "string", pattern } }, default: [] };
}

/** Something that Kubernetes knows, and checks. */
export function object(description: string, fallback: object = {}): ChartValue {
  return { kind: "value", description, schema: { type: "object" }, default: fallback };
}

/** A list of such things. */
export function objects(description: string, fallback: readonly object[] = []): ChartValue {
  return { kind: "value", description, schema: { type: "array", items: { type: "object" } }, default: fallback };
}
