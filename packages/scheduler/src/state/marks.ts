import { CLUSTER_LABEL, HOLD_LABEL, type Labels, MARKS_LABEL, SCHEDULE_LABEL } from "@k8s-snapshots/backend-api";
import { parseSchedule, scheduleKey } from "./schedule-key.ts";
import type { Instant } from "./time.ts";

/** What becomes of a disk's snapshots once its rule is gone. `expire`: they go on expiring, down to the newest. */
export type DeletionPolicy = "retain" | "expire";

/**
 * What a snapshot carries for the safety rules, less what differs from each snapshot to the next: so that one object
 * serves many snapshots.
 */
export interface Marks {
  /** Whose it is (rule 11): this cluster's, a former one's, or nobody's by name (the seed's, version 0.1's). */
  readonly cluster: "ours" | "former" | "none";

  /** The key of the schedule that it was made under; `undefined`: it carries none that can be read. */
  readonly schedule?: string;

  /** Since when that schedule was in force when it was requested. */
  readonly since?: Instant;

  /** How many ready ones the disk had when it was requested. */
  readonly held?: number;

  /** How many of those were made under another schedule, or none. */
  readonly others?: number;

  readonly policy: DeletionPolicy;

  /** A person's label keeps it (rule 7). */
  readonly hold?: true;

  /** Another snapshot of the disk, made by another request of ours, stands for the same interval (rule 11). */
  readonly double?: true;

  /** The name of the rule that it was made for. */
  readonly rule?: string;

  /** The request of a person that it was made for: {@link Rule.requestedAt}. */
  readonly askedAt?: Instant;

  /** Why it failed, in the storage system's words. */
  readonly failure?: string;
}

/** The part of the marks that is a record of the request: one label, {@link MARKS_LABEL}. */
export interface RequestMarks {
  readonly since: Instant;
  readonly held: number;
  readonly others: number;

  /** When it was requested, by the storage system's clock; `undefined` where that was not known. */
  readonly requestedAt: Instant | undefined;

  /** The mark of the disk that it was requested for. */
  readonly disk: string;

  readonly policy: DeletionPolicy;

  /** Which process requested it. */
  readonly instance: string;
}

/** The name of the rule that a snapshot was made for. */
export const RULE_LABEL = "k8s-snapshots/rule";

/** {@link Rule.requestedAt} of the request that a snapshot was made for, as RFC 3339 has it; absent where nobody asked. */
export const ASKED_LABEL = "k8s-snapshots/asked";

/** Version 0.1 set it to `expire` on snapshots whose rule wanted that. Read, not written any more. */
const FORMER_POLICY_LABEL = "k8s-snapshots/deletion-policy";

const VERSION = "1";
const SECOND = 1_000;
const LONGEST_NAME = 63;

/** `1-SINCE-HELD-OTHERS-REQUESTED-DISK-POLICY-INSTANCE`, numbers in base 36, times in seconds since 1970. */
export function writeMarks(marks: RequestMarks): string {
  const { since, held, others, requestedAt, disk, policy, instance } = marks;
  return [
    VERSION,
    base36(since / SECOND),
    base36(held),
    base36(others),
    requestedAt === undefined ? "0" : base36(requestedAt / SECOND),
    disk,
    policy === "expire" ? "e" : "r",
    instance,
  ].join("-");
}

const RECORD = /^1-([0-9a-z]{1,10})-([0-9a-z]{1,10})-([0-9a-z]{1,10})-([0-9a-z]{1,10})-([0-9a-z]+)-([er])-([0-9a-z]+)$/;

/** `undefined` if the text is not such a record, or one of a version that this release does not know. */
export function readMarks(text: string | undefined): RequestMarks | undefined {
  const parts = text === undefined ? null : RECORD.exec(text);
  if (parts === null) return undefined;
  const [, since, held, others, requestedAt, disk, policy, instance] = parts as unknown as string[] & { length: 8 };
  const requested = Number.parseInt(requestedAt as string, 36);
  return {
    since: Number.parseInt(since as string, 36) * SECOND,
    held: Number.parseInt(held as string, 36),
    others: Number.parseInt(others as string, 36),
    requestedAt: requested === 0 ? undefined : requested * SECOND,
    disk: disk as string,
    policy: policy === "e" ? "expire" : "retain",
    instance: instance as string,
  };
}

/** The labels of a new snapshot beside the author's: all that outlives this process is in them. */
export function labelsOf(request: {
  readonly ruleName: string;
  readonly cluster: string;
  readonly schedule: string;
  readonly marks: RequestMarks;
  readonly askedAt?: Instant | undefined;
}): Labels {
  return {
    [RULE_LABEL]: request.ruleName.slice(0, LONGEST_NAME),
    [CLUSTER_LABEL]: request.cluster,
    [SCHEDULE_LABEL]: request.schedule,
    [MARKS_LABEL]: writeMarks(request.marks),
    ...(request.askedAt !== undefined && { [ASKED_LABEL]: new Date(request.askedAt).toISOString() }),
  };
}

/** What a snapshot's labels say for the safety rules; its cluster is said by the caller, who knows which ones are ours. */
export function marksOf(
  labels: Labels,
  cluster: Marks["cluster"],
  failure: string | undefined,
  record: RequestMarks | undefined = readMarks(labels[MARKS_LABEL]),
): Marks {
  const deltas = labels[SCHEDULE_LABEL] === undefined ? undefined : parseSchedule(labels[SCHEDULE_LABEL]);
  const rule = labels[RULE_LABEL];
  const askedAt = Date.parse(labels[ASKED_LABEL] ?? "");
  const isFormer = cluster === "former";
  return {
    cluster,
    ...(deltas !== undefined && !isFormer && { schedule: scheduleKey(deltas) }),
    ...(record !== undefined && !isFormer && { since: record.since, held: record.held, others: record.others }),
    policy: record?.policy ?? (labels[FORMER_POLICY_LABEL] === "expire" ? "expire" : "retain"),
    ...(isHeld(labels) && { hold: true as const }),
    ...(rule !== undefined && { rule }),
    ...(!Number.isNaN(askedAt) && { askedAt }),
    ...(failure !== undefined && { failure }),
  };
}

/** Safety rule 7: whether someone has labelled the snapshot to be kept. */
export function isHeld(labels: Labels): boolean {
  const value = labels[HOLD_LABEL];
  return value !== undefined && value !== "false";
}

function base36(number: number): string {
  return Math.max(0, Math.floor(number)).toString(36);
}
