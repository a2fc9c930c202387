import type { BackendErrorCode, Disk, Labels } from "@k8s-snapshots/backend-api";
import type { Rule } from "../rule.ts";
import { noStrangers, type Strangers } from "./claim-snapshots.ts";
import type { Stood } from "./high-water.ts";
import { none } from "./none.ts";
import { type SnapshotRow, SnapshotTable } from "./snapshot-table.ts";
import type { Instant, Milliseconds, Monotonic } from "./time.ts";

/**
 * All that is known of one disk. Immutable and serialisable; made of facts by `reduce`, and all that `plan` decides on
 * beside what its location shares. What most disks do not have is left out, so that a healthy one is small.
 */
export interface DiskState {
  readonly disk: Disk;

  /** `undefined`: no rule names the disk. */
  readonly rule?: Rule;

  /** Since when this process has seen that no rule names the disk (rule 8). */
  readonly ruleAbsentSince?: Monotonic;

  /** The rule had the policy `expire` when it was removed, whether a snapshot carries that or not. */
  readonly ruleSaidExpire?: true;

  /** Schedules that were in force in this process and are not any more (rule 5). */
  readonly formerSchedules: readonly FormerSchedule[];

  /** Ours, as the newest whole list has them. */
  readonly table: SnapshotTable;

  readonly strangers: Strangers;

  /** How many snapshots of the disk lack our label, where the storage system says so. */
  readonly unlabelled: number;

  /** How many more lists must agree before anything is deleted (rule 4d). */
  readonly listsToAgree: number;

  /** Creations that were accepted and that no list shows yet. */
  readonly accepted: readonly AcceptedCreation[];

  /** Deletions under way, and those that were answered and that lists may not show yet. */
  readonly leaving: readonly LeavingSnapshot[];

  /** The creation under way, or the one whose answer was lost. */
  readonly creation?: CreationUnderWay;

  /** The date of the newest ready one ever seen, which the next is due from; `undefined`: none yet. */
  readonly newestDate?: Instant;

  /** When this process first saw the newest one it knows (rule 15). */
  readonly newestSeenAt?: Monotonic;

  /** How long the last five took to get ready, as far as lists showed it. */
  readonly makings: readonly Milliseconds[];

  /** Why the last creation was refused, and when to try again. */
  readonly creationTrouble?: CreationTrouble;

  /** Creations that ended in a failed snapshot since the last ready one. */
  readonly failures?: FailedCreations;

  /** How many were held, for the hour's highest (rule 4a). */
  readonly heldBefore: readonly Stood[];

  /** The most held since the newest one that carries counts was requested (rule 4a). */
  readonly heldSinceNewest?: { readonly newestId: string; readonly most: number };

  /** How many made under another schedule than this one stood (rule 4b). */
  readonly othersBefore?: { readonly schedule: string; readonly stood: readonly Stood[] };

  /** Snapshots that the storage system refused to delete (rule 7). */
  readonly refusals: readonly Refusal[];

  /** When refused ones were tried again, within the last hour, and how many were refused for the newest one. */
  readonly refusalRound?: RefusalRound;

  /** When deletions of an orphan were answered (rule 8). */
  readonly orphanDeletions: readonly Monotonic[];

  /** A limit of the storage system is used up: when it last said so, and in which words (rule 12). */
  readonly full?: { readonly saidAt: Monotonic; readonly message: string };

  /** Room was made for a creation (rule 12): when each deletion was answered, and whether a creation succeeded since. */
  readonly room?: { readonly deletedAt: readonly Monotonic[]; readonly used: boolean };

  /** Snapshots that another process requested under this cluster's mark (rule 6). */
  readonly elsewhere?: RequestedElsewhere;
}

export interface RequestedElsewhere {
  readonly count: number;

  /** The date of the newest. */
  readonly newest: Instant;

  /** Which processes, as their marks name them. */
  readonly instances: readonly string[];
}

export interface FormerSchedule {
  /** Its key. */
  readonly schedule: string;
  readonly until: Monotonic;
}

export interface AcceptedCreation {
  readonly row: SnapshotRow;
  readonly acceptedAt: Monotonic;

  /** A list that must show it lacked it. */
  readonly missed?: true;
}

export interface LeavingSnapshot {
  readonly id: string;

  /** `undefined` while the request is under way. */
  readonly answeredAt?: Monotonic;

  /** The answer was lost: the next list says whether it is gone. */
  readonly inDoubt?: true;
}

/** All that it takes to ask once more under the same key. */
export interface RequestedCreation {
  readonly name: string;
  readonly idempotencyKey: string;
  readonly labels: Labels;
}

export interface CreationUnderWay {
  readonly request: RequestedCreation;

  /** An answer is waited for. */
  readonly isUnderWay: boolean;

  /** Since when it is in doubt whether the storage system carried it out: an answer was lost. */
  readonly inDoubtSince?: Monotonic;

  /** The marks of requests whose answers were lost: what carries one of them was made by this creation. */
  readonly lostMarks: readonly string[];
}

/** The stable part of an error, and its words. */
export interface Trouble {
  readonly code: BackendErrorCode;
  readonly message: string;
}

export interface CreationTrouble extends Trouble {
  /** In a row. */
  readonly count: number;
  readonly retryAt: Monotonic;
}

export interface FailedCreations {
  readonly count: number;
  readonly newestDate: Instant;
  readonly message: string | undefined;

  /** When this process last saw one more: the waiting is measured from it, or from its date after a restart. */
  readonly seenAt: Monotonic;
}

export interface Refusal extends Trouble {
  readonly id: string;
  readonly count: number;
  readonly retryAt: Monotonic;

  /** It is the snapshot that cannot be deleted; otherwise the call failed. */
  readonly undeletable: boolean;
}

export interface RefusalRound {
  /** The newest ready one of that round. */
  readonly newestId: string | undefined;
  readonly first: number;
  readonly triedAgainAt: readonly Monotonic[];
}

/** A disk of which nothing is known but what its location's lists did not show. */
export function newDiskState(disk: Disk): DiskState {
  return {
    disk,
    formerSchedules: none,
    table: SnapshotTable.empty,
    strangers: noStrangers,
    unlabelled: 0,
    listsToAgree: 0,
    accepted: none,
    leaving: none,
    makings: none,
    heldBefore: none,
    refusals: none,
    orphanDeletions: none,
  };
}

/** How many deletions were sent and are not answered yet. */
export function deletionsUnderWay({ leaving }: DiskState): number {
  return leaving.filter(({ answeredAt }) => answeredAt === undefined).length;
}

/** Whether nothing would be lost by forgetting it. */
export function isForgettable(state: DiskState): boolean {
  return (
    state.rule === undefined &&
    state.table.length === 0 &&
    state.accepted.length === 0 &&
    state.leaving.length === 0 &&
    state.creation === undefined
  );
}
