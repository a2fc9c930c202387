import type { SnapshotTable } from "../state/snapshot-table.ts";
import type { DiskRows } from "./disk-rows.ts";

/**
 * How large the snapshots of a disk are, as the newest list has it, in bytes. Nothing is decided by it: it is for people, and
 * lies beside the state that plans are made from. A few bytes for each snapshot, none where all are of one size.
 */
export class SnapshotSizes {
  /** The ids of the table then, one a line: the same string, not a copy. */
  readonly #ids: string;
  readonly #bytes: number | readonly (number | undefined)[];

  /** Of all of them, in whatever order: whether another list says the same. */
  readonly sum: number;

  private constructor(ids: string, bytes: number | readonly (number | undefined)[], sum: number) {
    this.#ids = ids;
    this.#bytes = bytes;
    this.sum = sum;
  }

  /**
   * @param table - what of the list is ours
   * @param rows - what the list has of the disk; `undefined`: nothing
   * @param before - what is taken over where the list says the same
   * @returns `undefined` if the storage system says no sizes
   */
  static of(
    table: SnapshotTable,
    rows: Pick<DiskRows, "sizes" | "sizesById"> | undefined,
    before: SnapshotSizes | undefined,
  ): SnapshotSizes | undefined {
    if (rows === undefined || table.length === 0) return undefined;
    const { known, sum, each } = rows.sizes;
    if (known === 0) return undefined;
    if (before !== undefined && before.#ids === table.ids && before.sum === sum) return before;
    if (each !== undefined) return new SnapshotSizes(table.ids, each, sum);
    const sizes = rows.sizesById();
    const bytes = table.rows().map(({ id }) => sizes.get(id));
    const [first] = bytes;
    const isOne = first !== undefined && bytes.every((size) => size === first);
    return new SnapshotSizes(table.ids, isOne ? first : bytes, sum);
  }

  /** By the snapshot's id; whoever the storage system says no size of is not in it. Built at each call. */
  byId(): ReadonlyMap<string, number> {
    const bytes = this.#bytes;
    const all = this.#ids
      .split("\n")
      .map((id, index) => [id, typeof bytes === "number" ? bytes : bytes[index]] as const);
    return new Map(all.filter((entry): entry is readonly [string, number] => entry[1] !== undefined));
  }
}
