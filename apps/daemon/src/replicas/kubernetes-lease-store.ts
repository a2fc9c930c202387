import { createHash } from "node:crypto";
import { KubernetesApiError, type LeaseObject, type Leases } from "@k8s-snapshots/k8s-source";
import {
  defaultLeaseTimes,
  LeaseConflict,
  type LeaseStore,
  type LeaseView,
  type LocationLease,
  type MemberLease,
} from "@k8s-snapshots/scheduler";

/** The label of all Leases of one installation; its value is the installation's name. */
export const GROUP_LABEL = "k8s-snapshots/replicas-of";

/** What else a Lease says about itself. */
const annotations = {
  /** Of a member: {@link MemberLease.loads}, in JSON. */
  loads: "k8s-snapshots/loads",
  /** Of a location: its `locationKey`. */
  location: "k8s-snapshots/location",
} as const;

/** Settings of {@link createLeaseStore}. */
export interface LeaseStoreOptions {
  readonly leases: Pick<Leases, "watch" | "create" | "renew" | "remove">;

  /** Names the installation: all names of its Leases begin with it. */
  readonly group: string;
}

/**
 * Keeps the replicas' Leases in Kubernetes. `kubectl get leases` shows them: `GROUP-member-…` for each replica that is alive,
 * and `GROUP-BACKEND-LOCATION-…` for each location, with the replica that serves it.
 */
export function createLeaseStore({ leases, group }: LeaseStoreOptions): LeaseStore {
  const labels = { [GROUP_LABEL]: group };
  const sent = new Map<string, string>();
  const memberName = (member: string): string => `${group}-member-${member}`;
  return {
    watch: (onView, signal) => leases.watch((objects) => onView(viewOf(objects, memberName)), signal),
    async createMember({ member, loads }, signal) {
      const written = JSON.stringify(loads);
      await conflicting([409], () =>
        leases.create(
          memberName(member),
          {
            labels,
            annotations: { [annotations.loads]: written },
            holderIdentity: member,
            leaseDurationSeconds: defaultLeaseTimes.duration / 1_000,
          },
          signal,
        ),
      );
      sent.clear();
      sent.set(member, written);
    },
    async renewMember({ member, loads }, signal) {
      const written = JSON.stringify(loads);
      const change = sent.get(member) === written ? {} : { annotations: { [annotations.loads]: written } };
      // Lost on the way, it would never be written: it is sent until it was answered.
      sent.delete(member);
      await conflicting([404], () => leases.renew(memberName(member), change, undefined, signal));
      sent.set(member, written);
    },
    async removeMember(member, version, signal) {
      await conflicting([404, 409], () => leases.remove(memberName(member), version, signal));
    },
    async assignLocation(key, holder, version, signal) {
      const name = `${group}-${readable(key)}`;
      const lease = await conflicting(version === undefined ? [409] : [404, 409], () =>
        version === undefined
          ? leases.create(
              name,
              { labels, annotations: { [annotations.location]: key }, holderIdentity: holder },
              signal,
            )
          : leases.renew(name, { holderIdentity: holder }, version, signal),
      );
      return { key, holder, version: lease.version };
    },
  };
}

/** What is not a Lease of ours, though it has the label, is left out. */
function viewOf(objects: ReadonlyMap<string, LeaseObject>, memberName: (member: string) => string): LeaseView {
  const members = new Map<string, MemberLease>();
  const locations = new Map<string, LocationLease>();
  for (const { name, version, holderIdentity: holder, annotations: notes } of objects.values()) {
    if (holder === undefined) continue;
    const key = notes[annotations.location];
    if (key !== undefined) locations.set(key, { key, holder, version });
    else if (name === memberName(holder)) {
      members.set(holder, { member: holder, version, loads: readLoads(notes[annotations.loads]) });
    }
  }
  return { members, locations };
}

/** Whoever may write Leases may write anything into them: a member whose loads cannot be read could serve nothing. */
function readLoads(written = "{}"): MemberLease["loads"] {
  try {
    const read: unknown = JSON.parse(written);
    const entries = Object.entries(read ?? {}).filter(([, load]) => Number.isFinite(load) && load >= 0);
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

/** Somebody else wrote the Lease in between, which these statuses say. */
async function conflicting<T>(statuses: readonly number[], write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof KubernetesApiError) || !statuses.includes(error.status)) throw error;
    throw new LeaseConflict(error.message, { cause: error });
  }
}

/** `aws-eu-west-1-5f0c9a3b`: what a person recognises, and what no other location's name has. */
function readable(key: string): string {
  const words = key.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 8);
  return [...words.join("-").slice(0, 100).split("-"), hash].filter(Boolean).join("-");
}
