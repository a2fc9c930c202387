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

/** What goes when one more snapshot is taken. */
interface Step {
  /** When that is, in milliseconds since 1970. */
  readonly at: number;

  /** Ids, of those that are there now. */
  readonly gone: readonly string[];
}

/**
 * Which snapshots the schedule lets go, if the next is taken at `dueAt` and each one after it an interval later: by the schedule
 * alone, which is when one goes where nothing else holds it. Step by step, as far as anybody waits for.
 *
 * @param rows - ready ones, oldest first
 * @param held - ids of those that stay whatever the schedule says
 */
export function* stepsToCome(
  deltas: Deltas,
  rows: readonly DatedRow[],
  dueAt: number,
  held: ReadonlySet<string>,
): Generator<Step> {
  const left = new Set(rows.map(({ id }) => id).filter((id) => !held.has(id)));
  let standing = [...rows];
  let at = dueAt;
  let looks = 0;
  for (let step = 0; step < MOST_TO_COME && left.size > 0 && looks < MOST_LOOKS; step++) {
    standing.push({ id: `\u{10ffff}${step}`, createdAt: at });
    looks += standing.length;
    const { expired } = decideRetention(deltas, standing, ({ id, createdAt }) => ({
      id,
      createdAt: new Date(createdAt),
    }));
    const going = new Set(expired.map(({ snapshot }) => snapshot.id).filter((id) => !held.has(id)));
    yield { at, gone: [...going].filter((id) => left.delete(id)) };
    standing = standing.filter(({ id }) => !going.has(id));
    at = addDuration(at, deltas.interval);
  }
}

/**
 * When each snapshot goes: see {@link stepsToCome}.
 *
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
  for (const { at, gone } of stepsToCome(deltas, rows, dueAt, held)) {
    if (goesAt.size >= most) break;
    for (const id of gone) goesAt.set(id, at);
  }
  return goesAt;
}
