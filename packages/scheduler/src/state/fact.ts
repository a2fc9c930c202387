import type { BackendErrorCode, BackendErrorScope } from "@k8s-snapshots/backend-api";
import type { Rule } from "../rule.ts";
import type { ListedSnapshot } from "./claim-snapshots.ts";
import type { RequestedCreation, Trouble } from "./disk-state.ts";
import type { WholeList } from "./location-state.ts";
import type { Milliseconds } from "./time.ts";

/** Something that happened and that concerns one disk. Serialisable: facts are what a trace holds. */
export type Fact =
  | RuleChanged
  | DiskListed
  | SnapshotRead
  | CreationSent
  | CreationAccepted
  | CreationRefused
  | DeletionSent
  | DeletionDone
  | DeletionRefused;

/** The rule of the disk is another one now, or gone. */
export interface RuleChanged {
  readonly type: "rule.changed";
  readonly rule: Rule | undefined;
}

/** A whole list of the location ended, and this is what it had of the disk: everything with the author's label. */
export interface DiskListed {
  readonly type: "disk.listed";
  readonly list: WholeList;

  /** The whole list before; `undefined`: this is the first. */
  readonly before: WholeList | undefined;

  readonly snapshots: readonly ListedSnapshot[];

  /** How many snapshots of the disk lack the label, where the storage system says so. */
  readonly unlabelled: number;
}

/** One snapshot was read by itself; `undefined`: it does not exist any more. */
export interface SnapshotRead {
  readonly type: "snapshot.read";
  readonly id: string;
  readonly snapshot: ListedSnapshot | undefined;
}

/** A creation was sent. */
export interface CreationSent {
  readonly type: "creation.sent";
  readonly request: RequestedCreation;
}

/** The storage system accepted a creation. */
export interface CreationAccepted {
  readonly type: "creation.accepted";
  readonly snapshot: ListedSnapshot;
}

/** A creation failed; with the outcome `unknown` its answer was lost. */
export interface CreationRefused {
  readonly type: "creation.refused";
  readonly error: ErrorFacts;
}

/** A deletion left. */
export interface DeletionSent {
  readonly type: "deletion.sent";
  readonly id: string;
}

/** The storage system accepted a deletion. */
export interface DeletionDone {
  readonly type: "deletion.done";
  readonly id: string;

  /** It made room for a creation (rule 12). */
  readonly madeRoom: boolean;
}

/** A deletion failed. */
export interface DeletionRefused {
  readonly type: "deletion.refused";
  readonly id: string;
  readonly error: ErrorFacts;

  /** It was to make room for a creation (rule 12). Default: it was not. */
  readonly madeRoom?: boolean;
}

/** What a decision needs of a `BackendError`. */
export interface ErrorFacts extends Trouble {
  readonly code: BackendErrorCode;
  readonly scope: BackendErrorScope;
  readonly outcome: "not-done" | "unknown";
  readonly retryable: boolean;
  readonly retryAfter: Milliseconds | undefined;
}
