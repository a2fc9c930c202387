import type { CreateSnapshotRequest, Labels, Snapshot } from "@k8s-snapshots/backend-api";
import type { DeletionAction } from "../../../src/planner/disk-plan.ts";
import type { Rule } from "../../../src/rule.ts";
import type { Instant } from "../../../src/state/time.ts";

/** A list that a process was given whole. */
export interface WholeListRecord {
  readonly begunAt: Instant;
  readonly endedAt: Instant;
  readonly rows: ReadonlyMap<string, Snapshot>;
}

/** What was said to a process about a disk, and when. */
export interface RuleRecord {
  readonly at: Instant;
  readonly rule: Rule | undefined;
}

/** A deletion that a process sent. */
export interface DeletionRecord {
  readonly at: Instant;
  readonly id: string;
  readonly diskId: string;
  readonly process: string;
  readonly reason: DeletionAction["reason"] | undefined;
  readonly schedule: string | undefined;

  /** The schedule in force for the process at that time. */
  readonly under: string | undefined;
  outcome: "sent" | "done" | "refused" | "unknown";
}

/** A creation that a process sent. */
export interface CreationRecord {
  readonly at: Instant;
  readonly diskId: string;
  readonly process: string;
  readonly key: string;
  readonly labels: Labels;
  readonly mayExist: boolean;
  outcome: "sent" | "done" | "refused" | "unknown";
}

/** Whoever looks at calls as they leave. */
export interface CallObserver {
  /** Just before the deletion reaches the storage system. */
  onDeletion(process: ProcessRecord, deletion: DeletionRecord): void;
  onRead(process: ProcessRecord, id: string): void;
  onCreation(process: ProcessRecord, creation: CreationRecord, request: CreateSnapshotRequest): void;
}

/** What one process was told, asked and answered, as seen from outside. */
export interface ProcessRecord {
  readonly name: string;
  readonly cluster: string;
  readonly startedAt: Instant;
  readonly rules: Map<string, RuleRecord[]>;
  readonly wall: () => Instant;

  /** When its wall clock last stepped. */
  steppedAt: Instant;

  /** When it started, or came to own its locations. */
  remembersSince: Instant;
  newestList: WholeListRecord | undefined;

  /** A list that has ended and that the process has not taken in yet. */
  endedList: WholeListRecord | undefined;
  lists: number;

  /** What it read by itself: when, and what it found. */
  readonly reads: Map<string, { readonly at: Instant; readonly snapshot: Snapshot | undefined }>;

  /** Deletions that are under way or were answered. */
  readonly leaving: Set<string>;

  /** Snapshots that it was told of since it remembers, and how many of its lists in a row have lacked them. */
  readonly told: Map<string, number>;

  /** Why it sent a deletion, in its own words. */
  readonly reasons: Map<string, DeletionAction["reason"]>;
}

export function ruleOfProcess(process: ProcessRecord, diskId: string): RuleRecord | undefined {
  return process.rules.get(diskId)?.at(-1);
}
