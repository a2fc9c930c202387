import {
  type OptionContext,
  type OptionReading,
  type RuleOptions,
  ruleOptions,
  type WrittenOption,
} from "./rule-options.ts";
import type { AnnotationKeys } from "./rule-settings.ts";

/** The options that an object has written down; absent are those that it has not. */
export type WrittenOptions = { readonly [Name in keyof RuleOptions]?: WrittenOption };

type Annotations = Readonly<Record<string, string>>;

const names = Object.keys(ruleOptions) as (keyof RuleOptions)[];

/** Those of an annotated volume or claim. */
export function annotatedOptions(annotations: Annotations, keys: AnnotationKeys): WrittenOptions {
  return writtenOptions((name) => annotation(annotations, keys[name]));
}

/** Those of a SnapshotRule: fields of its spec, or annotations where an option has no field. */
export function snapshotRuleOptions(
  spec: Readonly<Record<string, unknown>>,
  annotations: Annotations,
  keys: AnnotationKeys,
): WrittenOptions {
  return writtenOptions((name) => {
    const { field } = ruleOptions[name];
    return field ? written(spec[field.name], `spec.${field.name}`) : annotation(annotations, keys[name]);
  });
}

/** What the written options say beside the deltas of their rule; the default where one is not written. */
export function readOptions(
  written: WrittenOptions,
  beside: OptionContext,
): { readonly options: RuleOptions; readonly warnings: readonly string[] } {
  const readings = names.map((name) => [name, read(ruleOptions[name], written[name], beside)] as const);
  return {
    options: Object.fromEntries(readings.map(([name, { value }]) => [name, value])) as unknown as RuleOptions,
    warnings: readings.flatMap(([, { warning }]) => (warning === undefined ? [] : [warning])),
  };
}

function read(
  option: (typeof ruleOptions)[keyof RuleOptions],
  written: WrittenOption | undefined,
  beside: OptionContext,
): OptionReading<unknown> {
  return written === undefined ? { value: option.default } : option.read(written, beside);
}

function writtenOptions(find: (name: keyof RuleOptions) => WrittenOption | undefined): WrittenOptions {
  const found = names.map((name) => [name, find(name)] as const);
  return Object.fromEntries(found.filter(([, option]) => option !== undefined));
}

function annotation(annotations: Annotations, key: string): WrittenOption | undefined {
  return written(annotations[key], `annotation ${key}`);
}

function written(value: unknown, where: string): WrittenOption | undefined {
  return value === undefined ? undefined : { value, where };
}
