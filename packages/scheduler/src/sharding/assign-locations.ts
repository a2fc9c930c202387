import { createHash } from "node:crypto";

/** A location that some member is to serve. */
export interface AssignedLocation {
  readonly key: string;
  readonly load: number;

  /** The live member that serves it; `undefined`: none does. */
  readonly holder: string | undefined;

  /** The live members that could serve it. At least one. */
  readonly candidates: readonly string[];
}

/** A member's share may be this much above the even one before something moves away from it. */
const SLACK = 1.1;

/**
 * Which member is to serve which location. Every member reaches the same answer from the same Leases. A location stays
 * with its holder as long as that has no more than its share; the heaviest of the others go first, each to the candidate with
 * the least to do, and among equals to the one that rendezvous hashing prefers: so that few move when members come and go.
 *
 * @param members - all that are alive
 * @returns the member, by the location's key
 * @see {@link https://en.wikipedia.org/wiki/Rendezvous_hashing}
 */
export function assignLocations(
  members: readonly string[],
  locations: readonly AssignedLocation[],
): ReadonlyMap<string, string> {
  const total = locations.reduce((sum, { load }) => sum + load, 0);
  const most = (SLACK * total) / members.length;
  const loads = new Map(members.map((member) => [member, 0]));
  const assigned = new Map<string, string>();
  const give = ({ key, load }: AssignedLocation, member: string): void => {
    assigned.set(key, member);
    loads.set(member, (loads.get(member) ?? 0) + load);
  };

  const heaviestFirst = locations.toSorted((a, b) => b.load - a.load || (a.key < b.key ? -1 : 1));
  for (const location of heaviestFirst) {
    const { holder, load } = location;
    const held = holder === undefined ? undefined : loads.get(holder);
    if (holder !== undefined && held !== undefined && held + load <= most) give(location, holder);
  }
  for (const location of heaviestFirst) {
    if (!assigned.has(location.key)) give(location, leastLoaded(loads, location));
  }
  return assigned;
}

/** Of several with as little to do, the holder, or else the one with the highest score. */
function leastLoaded(loads: ReadonlyMap<string, number>, { key, holder, candidates }: AssignedLocation): string {
  const least = Math.min(...candidates.map((member) => loads.get(member) as number));
  const equals = candidates.filter((member) => loads.get(member) === least);
  if (holder !== undefined && equals.includes(holder)) return holder;
  return equals.reduce((best, member) => (score(member, key) > score(best, key) ? member : best));
}

function score(member: string, key: string): string {
  return createHash("sha256").update(`${member}\n${key}`).digest("hex");
}
