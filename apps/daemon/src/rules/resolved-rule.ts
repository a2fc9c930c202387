import type { ObjectIdentity, RuleProblem, RuleTarget, SourceRule } from "@k8s-snapshots/k8s-source";
import type { Rule } from "@k8s-snapshots/scheduler";
import type { OwnedDisk } from "../backends/backend-registry.ts";

/** What came of looking up which disk a rule's target is. */
export type Resolution = { readonly disk: OwnedDisk } | FailedResolution;

/** Why it could not be determined. */
export interface FailedResolution {
  readonly reason: "VolumeUnsupported" | "DiskNotFound" | "BackendUnavailable";
  readonly message: string;

  /** Where the backend is at fault and not the object: which one, and the error's code or `not-loaded`. */
  readonly failure?: { readonly backend: string; readonly code: string };
}

/** Something that keeps an object from having snapshots, whoever found it out. */
export interface Finding {
  readonly id: string;
  readonly name: string;
  readonly reason: RuleProblem["reason"] | FailedResolution["reason"];
  readonly message: string;

  /** As {@link FailedResolution.failure}. */
  readonly failure?: FailedResolution["failure"];
}

/** What an object declares, as the cluster's objects say it. */
export type Declared = SourceRule | RuleProblem;

/** What became of what an object declares. */
export interface ResolvedRule {
  readonly origin: ObjectIdentity;

  /** What it is meant for, where that can be told. */
  readonly target?: RuleTarget;

  /** As {@link SourceRule.pingUrl}. */
  readonly pingUrl?: string;

  /** What is odd about it, without making it invalid. */
  readonly warnings: readonly string[];

  /** The scheduler's rule; of an object that is refused one without deltas, if its disk is known. */
  readonly rule: Rule | undefined;

  /** What keeps it from having snapshots. */
  readonly finding: Finding | undefined;
}

/** What is new about one object. */
export interface ResolvedChange {
  /** `undefined`: it declared nothing. */
  readonly before: ResolvedRule | undefined;

  /** `undefined`: it declares nothing any more. */
  readonly after: ResolvedRule | undefined;
}

/** By the object's id. */
export type ResolvedChanges = ReadonlyMap<string, ResolvedChange>;
