import type { AuditedRequest } from "./audit-log.ts";
import type { RecordedCall } from "./call-recorder.ts";

/** A call, and which replica sent it. */
export interface ReplicaCall extends RecordedCall {
  readonly replica: string;
}

/** A breach of what replicas promise, in words. */
export type Breach = string;

/** Between the answer to a Lease's write and what follows from it lies the time of a message. */
const SLACK_MS = 250;

/**
 * Judges what replicas did by what was written down elsewhere: the API server's audit log, and the calls to EC2.
 *
 * @param interval - of all schedules, in milliseconds
 * @param replicaOf - by the name of a member
 * @returns what was done twice, or by a replica that did not own the location
 */
export function breachesIn(
  calls: readonly ReplicaCall[],
  leases: readonly AuditedRequest[],
  interval: number,
  replicaOf: (member: string) => string,
): Breach[] {
  const done = calls.filter(({ status }) => status === 200).sort((a, b) => a.at - b.at);
  const creations = done.filter(({ action }) => action === "CreateSnapshot");
  const deletions = done.filter(({ action }) => action === "DeleteSnapshot");
  const owners = ownersOf(leases);
  return [
    ...doubles(creations, interval),
    ...repeated(deletions),
    ...[...creations, ...deletions].flatMap((call) => {
      const known = owners.filter(({ region }) => region === call.region);
      const isOwner = known.some(
        ({ member, from, to }) =>
          replicaOf(member) === call.replica && call.at >= from - SLACK_MS && call.at <= to + SLACK_MS,
      );
      return isOwner ? [] : [`${describe(call)}: its Lease names ${known.at(-1)?.member ?? "nobody"} at the end`];
    }),
  ];
}

function doubles(creations: readonly ReplicaCall[], interval: number): Breach[] {
  const byVolume = Map.groupBy(creations, ({ volume }) => volume);
  return [...byVolume.values()].flatMap((ofVolume) =>
    ofVolume.flatMap((call, index) => {
      const before = ofVolume[index - 1];
      // A schedule's next one is due when the interval has passed, by the date of the one before, in whole seconds.
      if (before === undefined || call.at - before.at >= interval - 1_500) return [];
      return [`${describe(call)}, ${call.at - before.at} ms after ${describe(before)}`];
    }),
  );
}

function repeated(deletions: readonly ReplicaCall[]): Breach[] {
  const bySnapshot = Map.groupBy(deletions, ({ snapshot }) => snapshot);
  return [...bySnapshot.values()]
    .filter((ofSnapshot) => ofSnapshot.length > 1)
    .map((ofSnapshot) => ofSnapshot.map(describe).join(", again "));
}

interface Owner {
  readonly region: string;
  readonly member: string;
  readonly from: number;
  readonly to: number;
}

/** Who owned which location, and when: from when its Lease may have named the member until it named another for certain. */
function ownersOf(requests: readonly AuditedRequest[]): Owner[] {
  const writes = requests
    .filter(({ verb, status }) => (verb === "create" || verb === "patch") && status < 300)
    .flatMap(({ name = "", receivedAt, answeredAt, body }) => {
      const member = (body as { spec?: { holderIdentity?: string } } | undefined)?.spec?.holderIdentity;
      const region = /^k8s-snapshots-aws-(.+)-[0-9a-f]{8}$/.exec(nameOf(name, body))?.[1];
      return member === undefined || region === undefined ? [] : [{ region, member, receivedAt, answeredAt }];
    })
    .sort((a, b) => a.receivedAt - b.receivedAt);
  return writes.map(({ region, member, receivedAt }, index) => {
    const next = writes.slice(index + 1).find((one) => one.region === region);
    return { region, member, from: receivedAt, to: next?.answeredAt ?? Number.POSITIVE_INFINITY };
  });
}

/** Of a creation the API server writes down no name but in what was sent. */
function nameOf(name: string, body: unknown): string {
  return name || ((body as { metadata?: { name?: string } } | undefined)?.metadata?.name ?? "");
}

function describe({ replica, action, region, volume, snapshot, at }: ReplicaCall): string {
  return `${replica} ${action} ${volume ?? ""} ${snapshot ?? ""} in ${region} at ${new Date(at).toISOString()}`;
}
