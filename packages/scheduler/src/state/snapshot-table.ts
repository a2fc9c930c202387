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
 * The snapshots of one disk, in columns: a process that knows 350,000 of them holds some 50 bytes for each, all in all.
 * Immutable; oldest first, ties by id.
 */
export class SnapshotTable {
  static readonly empty: SnapshotTable = new SnapshotTable("", [], "", "", []);

  /** One line each. */
  readonly ids: string;
  readonly createdAt: readonly Instant[];
  /** One letter each, as in `letters`; a capital one: requested by this process. */
  readonly states: string;
  /** One character each, whose code is a position in {@link kinds}. */
  readonly kindOf: string;
  /** The different marks that they carry: few, since most carry the same. */
  readonly kinds: readonly Marks[];

  private constructor(
    ids: string,
    createdAt: readonly Instant[],
    states: string,
    kindOf: string,
    kinds: readonly Marks[],
  ) {
    this.ids = ids;
    this.createdAt = createdAt;
    this.states = states;
    this.kindOf = kindOf;
    this.kinds = kinds;
  }

  /** @param before - the table that this one takes the place of: what is the same is shared, up to the table itself */
  static of(rows: readonly SnapshotRow[], before: SnapshotTable = SnapshotTable.empty): SnapshotTable {
    if (rows.length === 0) return SnapshotTable.empty;
    const sorted = rows.toSorted(byAge);
    const ids = sorted.map(({ id }) => id).join(BETWEEN_IDS);
    const createdAt = sorted.map((row) => row.createdAt);
    const letterRow = sorted.map(letterOf).join("");
    const { kindOf, kinds } = kindsOf(sorted, before.kinds);
    const isSame =
      ids === before.ids &&
      letterRow === before.states &&
      kindOf === before.kindOf &&
      sameItems(createdAt, before.createdAt) &&
      sameItems(kinds, before.kinds);
    return isSame ? before : new SnapshotTable(ids, createdAt, letterRow, kindOf, kinds);
  }

  get length(): number {
    return this.createdAt.length;
  }

  /** All rows, oldest first. Built at each call: hold on to the table, not to them. */
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
      marks: this.kinds[this.kindOf.charCodeAt(index)] as Marks,
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

/** Equal marks as one object: those of the table before where it has them. */
function kindsOf(
  rows: readonly SnapshotRow[],
  before: readonly Marks[],
): { readonly kindOf: string; readonly kinds: readonly Marks[] } {
  const known = new Map(before.map((marks) => [keyOf(marks), marks]));
  const positions = new Map<string, number>();
  const kinds: Marks[] = [];
  let kindOf = "";
  for (const { marks } of rows) {
    const key = keyOf(marks);
    let position = positions.get(key);
    if (position === undefined) {
      position = kinds.push(known.get(key) ?? marks) - 1;
      positions.set(key, position);
    }
    kindOf += String.fromCharCode(position);
  }
  // A copy is no longer than it has to be; what grew by push is.
  return { kindOf: flat(kindOf), kinds: kinds.slice() };
}

/** One string instead of a tree of its parts. */
function flat(text: string): string {
  return text.split("").join("");
}

function keyOf(marks: Marks): string {
  const { cluster, schedule, since, held, others, policy, hold, double, rule, askedAt, failure } = marks;
  return [cluster, schedule, since, held, others, policy, hold, double, rule, askedAt, failure].join("\n");
}
