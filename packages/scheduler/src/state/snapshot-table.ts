import type { SnapshotState } from "@k8s-snapshots/backend-api";
import type { Marks } from "./marks.ts";
import type { Instant } from "./time.ts";

/** A snapshot of ours, as the newest whole list had it. */
export interface SnapshotRow {
  readonly id: string;
  readonly createdAt: Instant;
  readonly state: SnapshotState;

  /** This process requested it. */
  readonly requestedHere: boolean;

  readonly marks: Marks;
}

const letters = { pending: "p", ready: "r", failed: "f", deleting: "d", unknown: "u" } as const satisfies Record<
  SnapshotState,
  string
>;
const states = new Map(Object.entries(letters).map(([state, letter]) => [letter as string, state as SnapshotState]));
const BETWEEN_IDS = "\n";

/**
 * The snapshots of one disk, in columns: a process that knows 350,000 of them holds some 40 bytes for each. Immutable;
 * oldest first, ties by id.
 */
export class SnapshotTable {
  static readonly empty: SnapshotTable = new SnapshotTable("", [], "", []);

  /** One line each. */
  readonly ids: string;
  readonly createdAt: readonly Instant[];
  /** One letter each, as in `letters`; a capital one: requested by this process. */
  readonly states: string;
  /** Equal ones share one object. */
  readonly marks: readonly Marks[];

  private constructor(ids: string, createdAt: readonly Instant[], states: string, marks: readonly Marks[]) {
    this.ids = ids;
    this.createdAt = createdAt;
    this.states = states;
    this.marks = marks;
  }

  /** @param before - the table that this one takes the place of: what is the same is shared, up to the table itself */
  static of(rows: readonly SnapshotRow[], before: SnapshotTable = SnapshotTable.empty): SnapshotTable {
    if (rows.length === 0) return SnapshotTable.empty;
    const sorted = rows.toSorted(byAge);
    const ids = sorted.map(({ id }) => id).join(BETWEEN_IDS);
    const createdAt = sorted.map((row) => row.createdAt);
    const letterRow = sorted.map(letterOf).join("");
    const marks = shareMarks(sorted, before);
    const isSame =
      ids === before.ids &&
      letterRow === before.states &&
      sameItems(createdAt, before.createdAt) &&
      sameItems(marks, before.marks);
    return isSame ? before : new SnapshotTable(ids, createdAt, letterRow, marks);
  }

  get length(): number {
    return this.createdAt.length;
  }

  /** All rows, oldest first. Made anew at each call: hold on to the table, not to them. */
  rows(): SnapshotRow[] {
    if (this.length === 0) return [];
    return this.ids.split(BETWEEN_IDS).map((id, index) => this.#row(id, index));
  }

  #row(id: string, index: number): SnapshotRow {
    const letter = this.states[index] as string;
    const small = letter.toLowerCase();
    return {
      id,
      createdAt: this.createdAt[index] as Instant,
      state: states.get(small) as SnapshotState,
      requestedHere: letter !== small,
      marks: this.marks[index] as Marks,
    };
  }
}

/** Oldest first, ties by id. */
export function byAge(a: Pick<SnapshotRow, "id" | "createdAt">, b: Pick<SnapshotRow, "id" | "createdAt">): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

function letterOf({ state, requestedHere }: SnapshotRow): string {
  return requestedHere ? letters[state].toUpperCase() : letters[state];
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** Equal marks as one object, those of the table before where it has them. */
function shareMarks(rows: readonly SnapshotRow[], before: SnapshotTable): Marks[] {
  const known = new Map<string, Marks>();
  let last: Marks | undefined;
  for (const marks of before.marks) {
    if (marks !== last) known.set(keyOf(marks), marks);
    last = marks;
  }
  return rows.map(({ marks }) => {
    const key = keyOf(marks);
    const shared = known.get(key) ?? marks;
    known.set(key, shared);
    return shared;
  });
}

function keyOf(marks: Marks): string {
  const { cluster, schedule, since, held, others, policy, hold, double, rule, failure } = marks;
  return [cluster, schedule, since, held, others, policy, hold, double, rule, failure].join("\n");
}
