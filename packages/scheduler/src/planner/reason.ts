import type { Instant } from "../state/time.ts";

/** Stable names, as in Kubernetes conditions. */
export type Reason =
  | "RuleInvalid"
  | "RulesNotConfirmed"
  | "RulesTooOld"
  | "PlanFailed"
  | "NotOwned"
  | "OwnershipLapsed"
  | "NotListed"
  | "Requesting"
  | "InDoubt"
  | "Pending"
  | "Stuck"
  | "Unknown"
  | "CreationFailed"
  | "SnapshotFailed"
  | "BreakerOpen"
  | "AnotherDaemon"
  | "IntervalTooShort"
  | "RequestIgnored"
  | "LimitReached"
  | "MakingRoom"
  | "ScheduleImpossible"
  | "NamespaceLimit"
  | "DeletionsSuspended"
  | "NothingConfirmed"
  | "ListsDisagree"
  | "ClockApart"
  | "ClockStepped"
  | "TooManySchedules"
  | "Grace"
  | "DeletionBudget"
  | "OtherScheduleBudget"
  | "NotCounted"
  | "Surplus"
  | "HeldByLabel"
  | "Undeletable"
  | "FutureDated"
  | "OtherCluster"
  | "Unclaimed"
  | "Copies"
  | "OtherTool"
  | "Retained"
  | "RuleUnresolved"
  | "AbsenceNotCertain"
  | "PolicyNotRecorded"
  | "NoDate";

/** Why a deletion that was planned is not sent: a reason of the plan, or `Kept` if that plan simply keeps the snapshot. */
export type RefusalReason = Reason | "Kept";

/** Something that is not done now, or that someone should know, about one disk. */
export interface Deferral {
  readonly reason: Reason;

  /** How many snapshots it is about; 0: none. */
  readonly count: number;

  /** When it may pass, by the storage system's clock; `undefined`: not by time alone, or it is not known. */
  readonly until?: Instant;

  /** Names, or another system's own words. */
  readonly detail?: string;

  /** What is possible, where a number is. */
  readonly limit?: number;

  /** What it would take. */
  readonly needed?: number;
}

/** What the rest of the program does about a reason follows from this. */
export interface ReasonFacts {
  /** What it defers: the next snapshot, deletions, both, or nothing. */
  readonly defers: "creation" | "deletion" | "both" | "nothing";

  /** `info` passes by itself or was meant so; `warning` asks for a person's look; `error` stays until someone acts. */
  readonly severity: "info" | "warning" | "error";

  /** The safety rule that it comes from; see the package's README. */
  readonly rule: number;

  /** What it means: one line for the reference. */
  readonly summary: string;

  /** What to do about it: one line for the reference. `nothing`, alone, where it passes by itself. */
  readonly fix: string;

  /** What is said of one disk: "cannot X: reason; fix". */
  readonly message: (deferral: Deferral) => string;
}

/** All of them. Log, Events, status, metrics and the reference follow from this table. */
export const reasons: Readonly<Record<Reason, ReasonFacts>> = {
  RuleInvalid: {
    defers: "both",
    severity: "error",
    rule: 2,
    summary: "the rule cannot be read: nothing is taken and nothing deleted until it is corrected",
    fix: 'correct the object that the message names; `k8s-snapshots plan "DELTAS"` tries deltas out',
    message: ({ detail = "the deltas cannot be read; correct them" }) => `cannot take or delete snapshots: ${detail}`,
  },
  RulesNotConfirmed: {
    defers: "deletion",
    severity: "warning",
    rule: 2,
    summary:
      "the rules were not confirmed for too long, as where the API server is away: nothing is deleted until they are",
    fix: "find out why the API server does not answer: the log says what the connection fails with",
    message: ({ limit = 0 }) =>
      `the rules were last confirmed ${Math.round(limit / 60_000)} minutes ago: nothing is deleted until they are; snapshots go on by the rules last known`,
  },
  RulesTooOld: {
    defers: "both",
    severity: "error",
    rule: 2,
    summary: "the rules were not confirmed for so long that no snapshot is taken by them either",
    fix: "bring the API server back, or raise RULES_MAX_AGE",
    message: ({ limit = 0 }) =>
      `the rules were last confirmed ${Math.round(limit / 60_000)} minutes ago: nothing is taken and nothing deleted until they are; bring the API server back, or raise RULES_MAX_AGE`,
  },
  PlanFailed: {
    defers: "both",
    severity: "error",
    rule: 9,
    summary: "planning the disk threw an error: nothing is taken and nothing deleted",
    fix: "report it, with the log and a trace",
    message: ({ detail }) => `cannot plan the disk: ${detail}; report it, with the log`,
  },
  NotOwned: {
    defers: "both",
    severity: "info",
    rule: 14,
    summary: "another replica serves the location",
    fix: "nothing",
    message: () => "another replica serves the location",
  },
  OwnershipLapsed: {
    defers: "both",
    severity: "warning",
    rule: 2,
    summary:
      "the Lease could not be renewed, and another replica may serve the location: nothing is deleted, and only what is five minutes overdue is taken",
    fix: "nothing if it passes; else find out why the API server does not answer",
    message: () =>
      "the Lease of the location could not be renewed: nothing is deleted, and only what is five minutes overdue is taken, until the API server answers",
  },
  NotListed: {
    defers: "both",
    severity: "info",
    rule: 6,
    summary: "the location was not listed whole yet",
    fix: "nothing if it passes; else `k8s-snapshots check` says what the storage system refuses",
    message: () => "waiting for the first whole list of the location",
  },
  Requesting: {
    defers: "creation",
    severity: "info",
    rule: 6,
    summary: "a snapshot is being requested",
    fix: "nothing",
    message: () => "a snapshot is being requested",
  },
  InDoubt: {
    defers: "creation",
    severity: "info",
    rule: 6,
    summary: "the answer to a request was lost: it is looked for before anything else is requested",
    fix: "nothing",
    message: ({ detail }) => `the answer to the request of ${detail} was lost: it is looked for first`,
  },
  Pending: {
    defers: "creation",
    severity: "info",
    rule: 1,
    summary: "a snapshot is being made: no second one is begun",
    fix: "nothing",
    message: ({ detail }) => `snapshot ${detail} is being made`,
  },
  Stuck: {
    defers: "nothing",
    severity: "warning",
    rule: 1,
    summary: "a snapshot has been pending, or in an unknown state, for too long: the daemon no longer waits for it",
    fix: "look at it in the storage system; delete it there if it is of no use",
    message: ({ count, detail }) =>
      `${count} snapshot${s(count)} (${detail}) never got ready: no longer waited for; look at it in the storage system`,
  },
  Unknown: {
    defers: "creation",
    severity: "warning",
    rule: 1,
    summary: "a snapshot is in an unknown state: the daemon keeps it, and waits for it as for a pending one",
    fix: "look at it in the storage system, and report the state that it shows",
    message: ({ detail }) => `snapshot ${detail} is in a state that this release does not know: kept, and waited for`,
  },
  CreationFailed: {
    defers: "creation",
    severity: "warning",
    rule: 9,
    summary: "the storage system refused the last request: it is tried again later",
    fix: "read the storage system's own words in the Event; `k8s-snapshots check` names each permission that is missing",
    message: ({ detail, until }) => `cannot take a snapshot: ${detail}; next try ${at(until)}`,
  },
  SnapshotFailed: {
    defers: "creation",
    severity: "warning",
    rule: 1,
    summary: "the last snapshot failed in the storage system: another one is tried later",
    fix: "read the storage system's own words in the Event",
    message: ({ count, detail, until }) =>
      `${count} snapshot${s(count)} in a row failed in the storage system${detail ? `: ${detail}` : ""}; next try ${at(until)}`,
  },
  BreakerOpen: {
    defers: "creation",
    severity: "error",
    rule: 6,
    summary: "the disk got more snapshots than its schedule explains: none is taken for a while",
    fix: "find out what makes them: a second daemon, or a tool that copies our labels",
    message: ({ count, until }) =>
      `${count} snapshots were made in a short time, more than the schedule explains: none is taken until ${at(until)}; find out what makes them`,
  },
  AnotherDaemon: {
    defers: "nothing",
    severity: "error",
    rule: 6,
    summary: "another process takes snapshots under this cluster's mark: one of the two yields to the other",
    fix: "stop one of them, or give each cluster its own CLUSTER_ID",
    message: ({ count }) =>
      `another process took ${count} snapshots of this disk for the same cluster: run one daemon, or give each cluster its own CLUSTER_ID`,
  },
  IntervalTooShort: {
    defers: "nothing",
    severity: "warning",
    rule: 14,
    summary: "the interval is shorter than the storage system or MIN_INTERVAL allows: it is stretched to that",
    fix: "write a longer interval, or lower MIN_INTERVAL where that is the limit",
    message: ({ limit }) => `the interval is shorter than allowed: a snapshot is taken each ${(limit ?? 0) / 1_000} s`,
  },
  RequestIgnored: {
    defers: "nothing",
    severity: "warning",
    rule: 6,
    summary: "a snapshot was asked for and is not taken: the request is older than an hour, or dated in the future",
    fix: "ask again, by `k8s-snapshots snapshot`",
    message: ({ detail }) => `the snapshot asked for at ${detail}: it is not taken; ask again`,
  },
  LimitReached: {
    defers: "creation",
    severity: "error",
    rule: 12,
    summary: "a limit of the storage system is used up and no room can be made",
    fix: "raise the limit, or delete what is not needed",
    message: ({ detail, until }) =>
      `cannot take a snapshot: ${detail}, and no room can be made${until === undefined ? "" : ` until ${at(until)}`}; raise the limit, or delete what is not needed`,
  },
  MakingRoom: {
    defers: "creation",
    severity: "info",
    rule: 12,
    summary: "a limit is used up: the oldest that the schedule expires go first",
    fix: "nothing; write a schedule that needs fewer if it stays",
    message: ({ count }) =>
      `a limit is used up: ${count} snapshot${s(count)} make${count === 1 ? "s" : ""} room for the next one`,
  },
  ScheduleImpossible: {
    defers: "nothing",
    severity: "error",
    rule: 12,
    summary: "the schedule needs more snapshots than the limit leaves: the finest ones are given up",
    fix: 'write a schedule that needs fewer: `k8s-snapshots plan "DELTAS"` says how many one needs',
    message: ({ needed, limit }) =>
      `the schedule needs up to ${needed} snapshots and only ${limit} are possible: the finest are given up first; write a schedule that needs fewer`,
  },
  NamespaceLimit: {
    defers: "creation",
    severity: "error",
    rule: 14,
    summary: "the namespace has as many snapshots as MAX_SNAPSHOTS_PER_NAMESPACE allows",
    fix: "write schedules that need fewer, or raise MAX_SNAPSHOTS_PER_NAMESPACE",
    message: ({ limit }) => `the namespace has ${limit} snapshots, which is as many as it may have`,
  },
  DeletionsSuspended: {
    defers: "deletion",
    severity: "warning",
    rule: 2,
    summary: "another object that is meant for the disk cannot be read: nothing is deleted until it is corrected",
    fix: "correct the object that the message names",
    message: ({ detail }) => `nothing is deleted: ${detail}`,
  },
  NothingConfirmed: {
    defers: "deletion",
    severity: "info",
    rule: 2,
    summary: "the newest whole list shows no ready snapshot that was made before it began",
    fix: "nothing",
    message: () => "nothing is deleted before a list shows a ready snapshot",
  },
  ListsDisagree: {
    defers: "deletion",
    severity: "warning",
    rule: 4,
    summary:
      "more snapshots came or went between two lists than is explained: nothing is deleted until two lists agree",
    fix: "nothing if it passes; else find out what makes or deletes snapshots beside the daemon",
    message: () => "many snapshots came or went between two lists: nothing is deleted until the next list agrees",
  },
  ClockApart: {
    defers: "deletion",
    severity: "error",
    rule: 15,
    summary: "the machine's clock and the storage system's differ by too much: nothing is deleted",
    fix: "correct the clock of the daemon's node",
    message: ({ limit }) =>
      `the machine's clock is ${Math.round(Math.abs(limit ?? 0) / 1_000)} s ${(limit ?? 0) > 0 ? "ahead of" : "behind"} the storage system's: nothing is deleted; correct the clock`,
  },
  ClockStepped: {
    defers: "deletion",
    severity: "warning",
    rule: 15,
    summary: "the machine's clock stepped, or the machine slept: nothing is deleted until the date is certain again",
    fix: "nothing if it passes; else look at the time service of the daemon's node",
    message: () => "the machine's clock stepped: nothing is deleted until the date is certain again",
  },
  TooManySchedules: {
    defers: "deletion",
    severity: "warning",
    rule: 5,
    summary:
      "more than eight schedules are in force at once: nothing is deleted until the schedule stays the same for a day",
    fix: "find out what changes the rule: two tools may be applying it in turn",
    message: ({ count }) =>
      `${count} schedules are in force at once: nothing is deleted; find out what changes the rule`,
  },
  Grace: {
    defers: "deletion",
    severity: "warning",
    rule: 5,
    summary: "the schedule changed: what the one before keeps stays for SCHEDULE_CHANGE_GRACE",
    fix: "edit back to keep them; to let them go at once, repeat the new deltas in backup.kubernetes.io/confirm-deltas",
    message: ({ count, until }) =>
      `the schedule changed: ${count} snapshot${s(count)} go${count === 1 ? "es" : ""} ${until === undefined ? "a day after the first snapshot under the new schedule" : `from ${at(until)} on`}; edit it back to keep them, or set backup.kubernetes.io/confirm-deltas to let them go now`,
  },
  DeletionBudget: {
    defers: "deletion",
    severity: "info",
    rule: 4,
    summary: "more have expired than may go at once: the rest goes after the next snapshots",
    fix: "nothing",
    message: ({ count }) =>
      `${count} more expired snapshot${s(count)} go${count === 1 ? "es" : ""} after the next ones`,
  },
  OtherScheduleBudget: {
    defers: "deletion",
    severity: "warning",
    rule: 4,
    summary: "of the snapshots made under another schedule, or none, only a share goes in a day",
    fix: "nothing; to let them go at once, repeat the deltas in backup.kubernetes.io/confirm-deltas",
    message: ({ count }) =>
      `${count} snapshot${s(count)} made under another schedule go${count === 1 ? "es" : ""} over the next days; confirm the schedule to let them go now`,
  },
  NotCounted: {
    defers: "deletion",
    severity: "info",
    rule: 4,
    summary:
      "no ready snapshot says yet how many there were before it: nothing is deleted before the next one is ready",
    fix: "nothing",
    message: () => "nothing is deleted before the next snapshot is ready and says how many there were",
  },
  Surplus: {
    defers: "deletion",
    severity: "warning",
    rule: 4,
    summary: "there are more snapshots than the newest one's count explains: nothing is deleted before the next one",
    fix: "nothing if you know who made them; else find out",
    message: ({ count }) =>
      `${count} snapshots are there that nobody counted: nothing is deleted before the next one is ready`,
  },
  HeldByLabel: {
    defers: "nothing",
    severity: "info",
    rule: 7,
    summary: "snapshots that carry the label k8s-snapshots/hold are kept",
    fix: "nothing; `k8s-snapshots release ID` when one is no longer needed",
    message: ({ count }) => `${count} snapshot${s(count)} kept by the label k8s-snapshots/hold`,
  },
  Undeletable: {
    defers: "nothing",
    severity: "warning",
    rule: 7,
    summary:
      "the storage system refuses to delete expired snapshots: each is tried again after an hour, later once a day",
    fix: "read the storage system's own words in the Event, and end what uses or locks them",
    message: ({ count, detail, until }) =>
      `cannot delete ${count} expired snapshot${s(count)}: ${detail}; next try ${at(until)}`,
  },
  FutureDated: {
    defers: "nothing",
    severity: "warning",
    rule: 1,
    summary: "snapshots are dated in the future: they are kept, and count for nothing",
    fix: "correct the clock of what made them; delete them by hand if they are of no use",
    message: ({ count, detail }) =>
      `${count} snapshot${s(count)} (${detail}) dated in the future: kept, and counted for nothing`,
  },
  OtherCluster: {
    defers: "nothing",
    severity: "warning",
    rule: 11,
    summary: "snapshots of the disk belong to another cluster: they are neither counted nor deleted",
    fix: "nothing; if that cluster is gone, set CLUSTER_ID_FORMER to take them over",
    message: ({ count, detail }) =>
      `${count} snapshot${s(count)} of this disk belong${count === 1 ? "s" : ""} to another cluster (${detail}): left alone; if that was this cluster before it was rebuilt, set CLUSTER_ID_FORMER`,
  },
  Unclaimed: {
    defers: "nothing",
    severity: "warning",
    rule: 11,
    summary:
      "snapshots without a cluster's mark stand on a disk of which another cluster has some too: they are left alone",
    fix: "find out which cluster they are of; delete by hand what is not needed",
    message: ({ count }) =>
      `${count} snapshot${s(count)} carry no cluster's mark, and another cluster has some of this disk too: left alone`,
  },
  Copies: {
    defers: "nothing",
    severity: "warning",
    rule: 11,
    summary: "copies of our snapshots carry our labels: they are neither counted nor deleted",
    fix: "nothing; delete by hand what is not needed",
    message: ({ count }) => `${count} cop${count === 1 ? "y" : "ies"} of our snapshots carry our labels: left alone`,
  },
  OtherTool: {
    defers: "nothing",
    severity: "info",
    rule: 11,
    summary: "snapshots with our label carry another tool's mark: they are neither counted nor deleted",
    fix: "nothing: that tool takes care of them",
    message: ({ count, detail }) => `${count} snapshot${s(count)} with our label belong to ${detail}: left alone`,
  },
  Retained: {
    defers: "deletion",
    severity: "info",
    rule: 8,
    summary: "the rule is gone: its snapshots stay",
    fix: "delete by hand what is not needed",
    message: ({ count }) => `the rule is gone, and its policy is to retain: ${count} snapshot${s(count)} stay`,
  },
  RuleUnresolved: {
    defers: "deletion",
    severity: "info",
    rule: 8,
    summary: "a rule is there of which it is not known now which disk it means: what was made for it stays",
    fix: "read the Events of the object that the message names: they say why its disk is not known",
    message: ({ detail }) => `the rule ${detail} is there, and its disk cannot be determined now: its snapshots stay`,
  },
  AbsenceNotCertain: {
    defers: "deletion",
    severity: "info",
    rule: 8,
    summary: "the rule has not been gone for long enough for its snapshots to expire",
    fix: "nothing",
    message: () => "the rule is gone: its snapshots begin to expire when that has been seen for long enough",
  },
  PolicyNotRecorded: {
    defers: "deletion",
    severity: "warning",
    rule: 8,
    summary: "the rule went before a snapshot carried its policy: its snapshots stay",
    fix: "delete them by hand, or bring the rule back until its next snapshot",
    message: ({ count }) =>
      `the rule went before a snapshot carried its policy "expire": ${count} snapshot${s(count)} stay; delete them by hand, or bring the rule back until its next snapshot`,
  },
  NoDate: {
    defers: "deletion",
    severity: "info",
    rule: 15,
    summary: "the storage system gave no date yet: snapshots without a rule do not expire before it does",
    fix: "nothing",
    message: () => "snapshots without a rule do not expire before the storage system gives a date",
  },
};

/** What is said of one disk. */
export function describeDeferral(deferral: Deferral): string {
  return reasons[deferral.reason].message(deferral);
}

function s(count: number): string {
  return count === 1 ? "" : "s";
}

function at(instant: Instant | undefined): string {
  return instant === undefined || !Number.isFinite(instant)
    ? "later"
    : new Date(instant).toISOString().replace(/\.\d+Z$/, "Z");
}
