import { addDuration, type Deltas, decideRetention } from "@k8s-snapshots/retention";

/** A snapshot that is there now. */
interface DatedRow {
  readonly id: string;

  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** More than this many snapshots to come, and looks at snapshots in all, nobody waits for. */
const MOST_TO_COME = 1_000;
const MOST_LOOKS = 400_000;

/**
 * When the schedule lets each snapshot go, if the next is taken at `dueAt` and each one after it an interval later: by the
 * schedule alone, which is when it goes where nothing else holds it.
 *
 * @param rows - ready ones, oldest first
 * @param held - ids of those that stay whatever the schedule says
 * @param most - how many are to be found. Default: all, as far as it looks ahead
 * @returns by id; what is missing stays for longer than it looks ahead
 */
export function whenTheyGo(
  deltas: Deltas,
  rows: readonly DatedRow[],
  dueAt: number,
  held: ReadonlySet<string>,
  most: number = rows.length,
): ReadonlyMap<string, number> {
  const goesAt = new Map<string, number>();
  let standing = [...rows];
  const present = new Set(rows.map(({ id }) => id));
  let at = dueAt;
  let looks = 0;
  for (let step = 0; step < MOST_TO_COME && goesAt.size < most && looks < MOST_LOOKS; step++) {
    standing.push({ id: `\u{10ffff}${step}`, createdAt: at });
    looks += standing.length;
    const { expired } = decideRetention(deltas, standing, ({ id, createdAt }) => ({
      id,
      createdAt: new Date(createdAt),
    }));
    const gone = new Set(expired.map(({ snapshot }) => snapshot.id).filter((id) => !held.has(id)));
    for (const id of gone) if (present.has(id)) goesAt.set(id, at);
    standing = standing.filter(({ id }) => !gone.has(id));
    if (!standing.some(({ id }) => present.has(id) && !held.has(id))) break;
    at = addDuration(at, deltas.interval);
  }
  return goesAt;
}
