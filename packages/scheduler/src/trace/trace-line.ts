import type { SnapshotState } from "@k8s-snapshots/backend-api";
import type { CreationAction, DeletionAction } from "../planner/disk-plan.ts";
import type { Policy } from "../policy.ts";
import type { Rule } from "../rule.ts";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import type { DiskState } from "../state/disk-state.ts";
import type { DiskListed, Fact, RuleChanged } from "../state/fact.ts";
import type { LocationState, WholeList } from "../state/location-state.ts";
import type { Marks } from "../state/marks.ts";
import type { Instant, Monotonic } from "../state/time.ts";

/** Of the lines below. A release reads its own version and those before it. */
export const TRACE_VERSION = 1;

/**
 * One line of a trace, as JSON. A file is whole in itself: whatever the first line about a location or a disk needs of
 * what was before it, is in a `location` or `state` line above it.
 */
export type TraceLine =
  | HeaderLine
  | LocationLine
  | StateLine
  | FactLine
  | DateLine
  | ListLine
  | UnresolvedLine
  | LapsedLine
  | ForgottenLine
  | DroppedLine;

/** When it came to be known. */
interface Timed {
  /** Monotonic: milliseconds since some moment of the process. */
  readonly t: Monotonic;

  /** By the machine's wall clock: milliseconds since 1970. */
  readonly w: Instant;
}

/** A process begins, or a file does: nothing that was said above holds any more. */
export interface HeaderLine extends Timed {
  readonly type: "trace";

  /** {@link TRACE_VERSION}. */
  readonly trace: number;

  /** Of the program. */
  readonly version: string;
  readonly instance: string;
  readonly cluster: string;
  readonly formerClusters: readonly string[];
  readonly policy: Omit<Policy, "formatTime">;

  /** The process began in an earlier file. */
  readonly continued?: true;
}

/** A location is served from here on, or is not; the lines about it name it by its number. */
export interface LocationLine extends Timed {
  readonly type: "location";
  readonly in: number;
  readonly owned: boolean;

  /** What is known of it, beside the identity, which the header has. */
  readonly state: Omit<LocationState, "identity" | "unresolvedRules"> & { readonly unresolvedRules: readonly string[] };
}

/** What is known of a disk by the time that this file, or this part of it, first names it. */
export interface StateLine {
  readonly type: "state";
  readonly in: number;
  readonly disk: string;
  readonly state: WrittenState;
}

/** Something happened that concerns one disk. */
export interface FactLine extends Timed {
  readonly type: "fact";
  readonly in: number;
  readonly disk: string;
  readonly fact: WrittenFact;

  /** {@link Present.namespaceLeft}. */
  readonly left?: number;

  /** {@link Present.rulesAge}. */
  readonly rulesAge?: number;

  /** Of what was sent: why. */
  readonly reason?: CreationAction["reason"] | DeletionAction["reason"];

  /** Of a deletion that was sent: the snapshot was read by itself before. */
  readonly read?: true;
}

/** The storage system gave a date. */
export interface DateLine extends Timed {
  readonly type: "date";
  readonly in: number;
  readonly date: Instant;
}

/** A whole list ended. */
export interface ListLine extends Timed {
  readonly type: "list";
  readonly in: number;
  readonly begunAt: Monotonic;
}

/** There are rules of which it is not known now which disk they mean. */
export interface UnresolvedLine extends Timed {
  readonly type: "unresolved";
  readonly in: number;
  readonly rules: readonly string[];
}

/** It is not certain any more that the location is ours. */
export interface LapsedLine extends Timed {
  readonly type: "lapsed";
  readonly in: number;
}

/** Nothing is known of the disk any more. */
export interface ForgottenLine extends Timed {
  readonly type: "forgotten";
  readonly in: number;
  readonly disk: string;
}

/** So many events are missing here: nothing that was said above holds any more, except the header. */
export interface DroppedLine {
  readonly type: "dropped";
  readonly dropped: number;
}

/** A rule whose schedule is its text. Its disk is the line's. */
export interface WrittenRule extends Omit<Rule, "deltas" | "disk"> {
  readonly deltas?: string;
}

/** A date is `null` where the storage system gave none that can be read. Labels that decide nothing are left out. */
export interface WrittenSnapshot extends Omit<ListedSnapshot, "createdAt"> {
  readonly createdAt: Instant | null;
}

export type WrittenFact =
  | (Omit<RuleChanged, "rule"> & { readonly rule: WrittenRule | null })
  | WrittenDiskListed
  | { readonly type: "snapshot.read"; readonly id: string; readonly snapshot: WrittenSnapshot | null }
  | { readonly type: "creation.accepted"; readonly snapshot: WrittenSnapshot }
  | Exclude<Fact, { type: "rule.changed" | "disk.listed" | "snapshot.read" | "creation.accepted" }>;

/** What a list had of a disk: the difference to the list before, unless it is `whole`. */
export interface WrittenDiskListed extends Omit<DiskListed, "list" | "before" | "snapshots"> {
  /** Default: the newest one of the location. */
  readonly list?: WholeList;

  /** `null`: the list is the first one. Default: the one before the location's newest. */
  readonly before?: WholeList | null;
  readonly snapshots: readonly WrittenSnapshot[];

  /** Ids that are not in the list any more. */
  readonly gone?: readonly string[];
  readonly whole?: true;
}

/** A state as plain JSON; its disk is the line's. Numbers that are not finite are `{"number": "Infinity"}`. */
export interface WrittenState extends Omit<DiskState, "disk" | "rule" | "table"> {
  readonly rule?: WrittenRule;
  readonly table: {
    readonly marks: readonly Marks[];

    /** Id, date, state, whether this process requested it, index into `marks`. */
    readonly rows: readonly (readonly [string, Instant, SnapshotState, boolean, number])[];
  };
}
