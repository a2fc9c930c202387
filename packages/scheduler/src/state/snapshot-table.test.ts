import type { SnapshotState } from "@k8s-snapshots/backend-api";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Marks } from "./marks.ts";
import { byAge, type SnapshotRow, SnapshotTable } from "./snapshot-table.ts";

const states: readonly SnapshotState[] = ["pending", "ready", "failed", "deleting", "unknown"];
const row: fc.Arbitrary<SnapshotRow> = fc.record({
  id: fc.string({ unit: fc.constantFrom(..."abc-/"), minLength: 1 }),
  createdAt: fc.nat(20),
  state: fc.constantFrom(...states),
  requestedHere: fc.boolean(),
  marks: fc.record({
    cluster: fc.constantFrom("ours" as const, "former" as const),
    policy: fc.constantFrom("expire" as const, "retain" as const),
  }),
});
const rows = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 20 });

it("gives back what was put in, the oldest first, ties by id", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const table = SnapshotTable.of(all);
      expect(table.length).toBe(all.length);
      expect(table.rows()).toEqual(all.toSorted(byAge));
    }),
  );
});

it("is the table before where nothing differs, in whatever order, and never where something does", () => {
  fc.assert(
    fc.property(rows, rows, (some, others) => {
      const table = SnapshotTable.of(some);
      const copies = some.map((one) => ({ ...one, marks: { ...one.marks } })).reverse();
      expect(SnapshotTable.of(copies, table)).toBe(table);
      const next = SnapshotTable.of(others, table);
      expect(next === table).toBe(JSON.stringify(next.rows()) === JSON.stringify(table.rows()));
    }),
  );
});

it("is another one where only an id differs, or one more is there", () => {
  const make = (...ids: string[]): SnapshotRow[] =>
    ids.map((id) => ({
      id,
      createdAt: 0,
      state: "ready",
      requestedHere: false,
      marks: { cluster: "ours", policy: "retain" },
    }));
  const table = SnapshotTable.of(make("a"));
  expect(SnapshotTable.of(make("b"), table).rows()).toMatchObject([{ id: "b" }]);
  expect(SnapshotTable.of(make("a", "b"), table).length).toBe(2);
});

it("is another one where two snapshots have changed their marks", () => {
  const marks = ["expire", "retain"].map((policy) => ({ cluster: "ours", policy }) as Marks) as [Marks, Marks];
  const make = (kinds: readonly Marks[]): SnapshotRow[] =>
    kinds.map((one, at) => ({ id: `${at}`, createdAt: at, state: "ready", requestedHere: false, marks: one }));
  const table = SnapshotTable.of(make([marks[0], marks[1], marks[0]]));
  const next = SnapshotTable.of(make([marks[0], marks[1], marks[1]]), table);
  expect(next.rows().map((one) => one.marks.policy)).toEqual(["expire", "retain", "retain"]);
});

it("equal marks are one object, also from table to table", () => {
  const marks = (held: number): Marks => ({ cluster: "ours", policy: "retain", held, schedule: "PT3600S" });
  const make = (ids: readonly string[], held: number): SnapshotRow[] =>
    ids.map((id, createdAt) => ({ id, createdAt, state: "ready", requestedHere: false, marks: marks(held) }));
  const table = SnapshotTable.of(make(["a", "b"], 3));
  expect(table.kinds).toHaveLength(1);
  const next = SnapshotTable.of([...make(["a", "b", "c"], 3), ...make(["d"], 4)], table);
  expect(next.kinds[0]).toBe(table.kinds[0]);
  expect(next.kinds).toHaveLength(2);
});

it("tells marks apart whose texts come to the same when they are put together", () => {
  const marks = [
    { held: 1, others: 11 },
    { held: 11, others: 1 },
  ].map((counts): Marks => ({ cluster: "ours", policy: "retain", ...counts }));
  const all = marks.map((one, index): SnapshotRow => {
    return { id: `${index}`, createdAt: index, state: "ready", requestedHere: false, marks: one };
  });
  expect(SnapshotTable.of(all).kinds).toEqual(marks);
});
