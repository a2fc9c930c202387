import { isDeepStrictEqual } from "node:util";
import type { Disk, VolumeFacts } from "@k8s-snapshots/backend-api";
import type { Deltas } from "@k8s-snapshots/retention";
import { locationKey } from "./sharding/location-ownership.ts";
import type { DeletionPolicy } from "./state/marks.ts";
import type { Instant } from "./state/time.ts";

/** What one object asks for one disk. Of each disk there is one rule at most. */
export interface Rule {
  /** Which object declares it: stays the same while the object exists. */
  readonly id: string;

  /** The first part of the snapshots' names: `[namespace-]{pv,pvc,rule}-NAME`. */
  readonly name: string;

  /** Whose turn it is: calls go round by namespace, then by disk (rule 14). Default: a turn of its own. */
  readonly namespace?: string;

  /** {@link SnapshotBackend.name} of the disk's backend. */
  readonly backend: string;

  /** Its `details` are handed back to the backend with each creation. */
  readonly disk: Disk;

  /** The schedule. Default: it cannot be read, so nothing is taken and nothing deleted. */
  readonly deltas?: Deltas;

  /** What becomes of the snapshots once the rule is gone. Default: `retain`. */
  readonly deletionPolicy?: DeletionPolicy;

  /** Lifts the deletion budget for this disk (rule 4), never the grace (rule 5). Default: false. */
  readonly ignoreDeletionBudget?: boolean;

  /**
   * The schedule that a person confirmed, as {@link Deltas.text}: where it is the rule's own, the grace and the budget for
   * what was made under another one end at once (rule 5). Default: none.
   */
  readonly confirmedDeltas?: string | undefined;

  /**
   * When a person asked for a snapshot beside the schedule (rule 6): one is due then, once. Default: nobody did.
   */
  readonly requestedAt?: Instant | undefined;

  /** How snapshots are made, in the storage system's own terms: `CreateSnapshotRequest.parameters`. Default: none. */
  readonly parameters?: Readonly<Record<string, string>>;

  /** What is known of the volume on the disk: `CreateSnapshotRequest.volume`. Default: nothing. */
  readonly volume?: VolumeFacts;

  /**
   * Why nothing may be deleted for this disk although the rule is valid, in words for people: another object that is
   * meant to protect the disk cannot be read. Default: deletion is allowed.
   */
  readonly deletionsSuspended?: string;
}

/** {@link locationKey} of the rule's disk. */
export function locationKeyOf({ backend, disk }: Pick<Rule, "backend" | "disk">): string {
  return locationKey({ backend, location: disk.location });
}

/** Names one disk among all backends and locations. */
export function diskKey(backend: string, disk: Disk): string {
  return JSON.stringify([backend, disk.location, disk.id]);
}

/** How each field of a rule is compared: a field that is missing here does not compile. */
const equality: { readonly [Field in keyof Required<Rule>]: (a: Rule, b: Rule) => boolean } = {
  id: (a, b) => a.id === b.id,
  name: (a, b) => a.name === b.name,
  namespace: (a, b) => a.namespace === b.namespace,
  backend: (a, b) => a.backend === b.backend,
  disk: (a, b) =>
    a.disk.location === b.disk.location && a.disk.id === b.disk.id && isDeepStrictEqual(a.disk.details, b.disk.details),
  deltas: (a, b) => a.deltas?.text === b.deltas?.text,
  deletionPolicy: (a, b) => (a.deletionPolicy ?? "retain") === (b.deletionPolicy ?? "retain"),
  ignoreDeletionBudget: (a, b) => (a.ignoreDeletionBudget ?? false) === (b.ignoreDeletionBudget ?? false),
  confirmedDeltas: (a, b) => a.confirmedDeltas === b.confirmedDeltas,
  requestedAt: (a, b) => a.requestedAt === b.requestedAt,
  parameters: (a, b) => isDeepStrictEqual(a.parameters ?? {}, b.parameters ?? {}),
  volume: (a, b) => isDeepStrictEqual(a.volume, b.volume),
  deletionsSuspended: (a, b) => a.deletionsSuspended === b.deletionsSuspended,
};

/** Whether nothing changes when one rule takes the place of the other. */
export function sameRule(a: Rule, b: Rule): boolean {
  return Object.values(equality).every((isSame) => isSame(a, b));
}
