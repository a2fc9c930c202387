import { expect, it } from "vitest";
import { type SnapshotRow, SnapshotTable } from "../state/snapshot-table.ts";
import { DiskRows } from "./disk-rows.ts";
import { RowStore } from "./row-store.ts";
import { SnapshotSizes } from "./snapshot-sizes.ts";

function rowsOf(...ids: readonly string[]): readonly SnapshotRow[] {
  return ids.map((id, index) => ({
    ...{ id, createdAt: index, state: "ready", requestedHere: false },
    marks: { cluster: "ours", policy: "retain" },
  }));
}

function listOf(sizes: Readonly<Record<string, number | undefined>>): Parameters<typeof SnapshotSizes.of>[1] {
  const rows = new DiskRows(new RowStore());
  for (const [id, size] of Object.entries(sizes)) rows.add({ id, createdAt: 0, state: "ready", labels: {} }, size);
  return rows;
}

const table = SnapshotTable.of(rowsOf("a", "b", "c"));

it("knows the size of each snapshot that is ours, in whatever order the list has them", () => {
  const sizes = SnapshotSizes.of(table, listOf({ c: 3, another: 9, b: undefined, a: 1 }), undefined);
  expect([...(sizes?.byId() ?? [])]).toEqual([
    ["a", 1],
    ["c", 3],
  ]);
});

it("knows them where all are of one size, and nothing where the storage system says none", () => {
  const same = SnapshotSizes.of(table, listOf({ a: 5, b: 5, c: 5 }), undefined);
  expect([...(same?.byId().values() ?? [])]).toEqual([5, 5, 5]);
  expect(SnapshotSizes.of(table, listOf({ a: undefined, b: undefined, c: undefined }), same)).toBeUndefined();
  expect(SnapshotSizes.of(SnapshotTable.empty, listOf({ other: 5 }), undefined)).toBeUndefined();
});

it("takes over what a list says again, and nothing of what it says otherwise", () => {
  const before = SnapshotSizes.of(table, listOf({ a: 1, b: 2, c: 3 }), undefined);
  expect(SnapshotSizes.of(table, listOf({ c: 3, b: 2, a: 1 }), before)).toBe(before);
  expect(
    SnapshotSizes.of(table, listOf({ a: 1, b: 2, c: 4 }), before)
      ?.byId()
      .get("c"),
  ).toBe(4);
  const fewer = SnapshotTable.of(rowsOf("b", "c"));
  expect([
    ...(SnapshotSizes.of(fewer, listOf({ b: 2, c: 4 }), before)
      ?.byId()
      .keys() ?? []),
  ]).toEqual(["b", "c"]);
});
