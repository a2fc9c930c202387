import { isDeepStrictEqual } from "node:util";
import type { Deltas } from "@k8s-snapshots/retention";
import type { JsonSchema } from "../crd/custom-resource-definition.ts";
import type { DeltasReading } from "./deltas-reader.ts";
import { LONGEST_PARAMETER, LONGEST_TEXT, MOST_PARAMETERS } from "./longest-text.ts";
import { quoted } from "./quoted.ts";

/** What becomes of the snapshots once the rule, or what it is for, is gone. `expire` leaves the newest. */
export type DeletionPolicy = "retain" | "expire";

/** What a rule may say beside its deltas. */
export interface RuleOptions {
  /** Default: `retain`. */
  readonly deletionPolicy: DeletionPolicy;

  /** Whether the deletion budget is lifted for this rule. Default: false. */
  readonly ignoreDeletionBudget: boolean;

  /**
   * The schedule that a person confirmed, as {@link Deltas.text}: what an earlier schedule keeps may go at once. It is a
   * confirmation only where it is the rule's own schedule. Default: `undefined`, none, or one that cannot be read.
   */
  readonly confirmedDeltas: string | undefined;

  /**
   * When a person asked for a snapshot beside the schedule, in milliseconds since 1970. Default: `undefined`, nobody did, or
   * the date cannot be read.
   */
  readonly requestedAt: number | undefined;

  /**
   * How snapshots are made, in the storage system's own terms, such as where they are kept; each backend documents its own.
   * Default: none.
   */
  readonly parameters: Readonly<Record<string, string>>;
}

/** One option: how it is written, read and compared. What is missing here does not compile. */
export interface RuleOption<Value> {
  /** The last part of the annotation's key: see {@link annotationKeys}. */
  readonly annotation: string;

  /** The field of a SnapshotRule's spec. Absent: a SnapshotRule has the annotation, as claims and volumes do. */
  readonly field?: { readonly name: string; readonly schema: JsonSchema };

  /** Holds where nothing is written. */
  readonly default: Value;

  /** A value that is not understood costs nobody their snapshots: the safe one is in force, with a warning. */
  readonly read: (written: WrittenOption, beside: OptionContext) => OptionReading<Value>;

  readonly isSame: (a: Value, b: Value) => boolean;
}

/** The value of an option, and where it is written, for messages. */
export interface WrittenOption {
  readonly value: unknown;
  readonly where: string;
}

/** What an option may be read beside. */
export interface OptionContext {
  readonly deltas: Deltas;
  readonly readDeltas: (text: string) => DeltasReading;
}

/** What an option says, and what is odd about it, in a sentence. */
export interface OptionReading<Value> {
  readonly value: Value;
  readonly warning?: string;
}

const same = <Value>(a: Value, b: Value): boolean => a === b;

/** Each option once: annotations, fields, schema, defaults and equality follow from here. */
export const ruleOptions: { readonly [Name in keyof RuleOptions]: RuleOption<RuleOptions[Name]> } = {
  deletionPolicy: {
    annotation: "deletion-policy",
    field: {
      name: "deletionPolicy",
      schema: {
        type: "string",
        description:
          "What becomes of the snapshots once this rule is deleted: retain (the default) keeps them, expire goes on " +
          "expiring them down to the newest.",
        enum: ["retain", "expire"],
      },
    },
    default: "retain",
    read({ value, where }) {
      if (value === "retain" || value === "expire") return { value };
      const warning = `${where} is ${quoted(value)}, treated as "retain": write "retain" or "expire"`;
      return { value: "retain", warning };
    },
    isSame: same,
  },
  ignoreDeletionBudget: {
    annotation: "ignore-deletion-budget",
    default: false,
    read({ value, where }) {
      if (value === "true" || value === "false") return { value: value === "true" };
      const warning = `${where} is ${quoted(value)}, treated as "false": write "true" or "false"`;
      return { value: false, warning };
    },
    isSame: same,
  },
  confirmedDeltas: {
    annotation: "confirm-deltas",
    field: {
      name: "confirmDeltas",
      schema: {
        type: "string",
        description:
          "The deltas once more, to say that a change to them is meant: what the schedule before keeps is then deleted " +
          "at once, and not only after SCHEDULE_CHANGE_GRACE.",
        maxLength: LONGEST_TEXT,
      },
    },
    default: undefined,
    read: readConfirmation,
    isSame: same,
  },
  requestedAt: {
    annotation: "snapshot-now",
    default: undefined,
    read: readRequest,
    isSame: same,
  },
  parameters: {
    annotation: "snapshot-parameters",
    field: {
      name: "parameters",
      schema: {
        type: "object",
        description:
          "How snapshots are made, in the storage system's own terms, such as where they are kept; each backend documents " +
          "its own.",
        additionalProperties: { type: "string", maxLength: LONGEST_PARAMETER },
        maxProperties: MOST_PARAMETERS,
      },
    },
    default: {},
    read: readParameters,
    isSame: (a, b) => isDeepStrictEqual(a, b),
  },
};

/** What a rule says beside its deltas where nothing is written. */
export const defaultRuleOptions: RuleOptions = Object.fromEntries(
  Object.entries(ruleOptions).map(([name, option]) => [name, option.default]),
) as unknown as RuleOptions;

/** @see {@link https://www.rfc-editor.org/rfc/rfc3339#section-5.6} */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

function readRequest({ value, where }: WrittenOption): OptionReading<number | undefined> {
  const time = typeof value === "string" && RFC_3339.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return { value: time };
  const warning = `${where} is ${quoted(value)}, ignored: write the time of the request, such as 2026-01-31T12:00:00Z`;
  return { value: undefined, warning };
}

/** An annotation is `key=value, key=value`; a field is an object. Whatever part cannot be understood is left out, and named. */
function readParameters({ value, where }: WrittenOption): OptionReading<Readonly<Record<string, string>>> {
  const entries = typeof value === "string" ? pairsOf(value) : Object.entries(value ?? {});
  const good = entries.filter((pair): pair is [string, string] => isParameter(pair));
  const bad = entries.find((pair) => !isParameter(pair));
  const reading = { value: Object.fromEntries(good) };
  if (bad === undefined) return reading;
  const shown = bad.length === 1 ? quoted(bad[0]) : `${quoted(bad[0])} = ${quoted(bad[1])}`;
  return { ...reading, warning: `${where} has ${shown}, ignored: write name=value, with commas between` };
}

function pairsOf(text: string): string[][] {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  return parts.map((part) => {
    const equals = part.indexOf("=");
    const pair = equals < 0 ? [part] : [part.slice(0, equals), part.slice(equals + 1)];
    return pair.map((each) => each.trim());
  });
}

function isParameter([name, value]: readonly unknown[]): boolean {
  return (
    typeof name === "string" && /^[A-Za-z][A-Za-z0-9._-]*$/.test(name) && typeof value === "string" && value !== ""
  );
}

/** A confirmation that is not of the rule's own deltas confirms nothing. */
function readConfirmation({ value, where }: WrittenOption, beside: OptionContext): OptionReading<string | undefined> {
  if (typeof value !== "string") {
    return { value: undefined, warning: `${where} is not a string, ignored: repeat the deltas` };
  }
  const reading = beside.readDeltas(value);
  if ("problem" in reading) {
    return { value: undefined, warning: `${where} is ${quoted(value)}, ignored: ${reading.problem}` };
  }
  const { text } = reading.deltas;
  if (isSameSchedule(reading.deltas, beside.deltas)) return { value: text };
  const own = quoted(beside.deltas.text);
  const warning = `${where} is for another schedule than deltas: ${quoted(text)} confirms nothing of ${own}`;
  return { value: text, warning };
}

/** By value: `PT60M P1D` is `PT1H PT24H`; a month is not 30 days. */
function isSameSchedule(a: Deltas, b: Deltas): boolean {
  return (
    a.durations.length === b.durations.length &&
    a.durations.every((duration, index) => {
      const other = b.durations[index];
      return duration.months === other?.months && duration.milliseconds === other.milliseconds;
    })
  );
}
