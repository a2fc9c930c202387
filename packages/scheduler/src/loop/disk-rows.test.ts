import fc from "fast-check";
import { expect, it } from "vitest";
import type { ListedSnapshot } from "../state/claim-snapshots.ts";
import { fingerprintOf } from "../state/fingerprint.ts";
import { DiskRows } from "./disk-rows.ts";
import { RowStore } from "./row-store.ts";

const labels = fc.dictionary(fc.constantFrom("a", "b", "c", "k8s-snapshots/marks"), fc.string({ unit: "grapheme" }));
const snapshot: fc.Arbitrary<ListedSnapshot> = fc
  .record({
    id: fc.string({ minLength: 1, unit: "grapheme" }),
    createdAt: fc.oneof(fc.nat(), fc.constant(Number.NaN)),
    state: fc.constantFrom("pending", "ready", "failed", "deleting", "unknown"),
    labels,
    failure: fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
  })
  .map(({ failure, ...others }) => ({ ...others, ...(failure !== undefined && { failure }) }) as ListedSnapshot);

it("what was packed comes back as it was, disk by disk, whatever order it came in", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), snapshot), { maxLength: 60 }), (list) => {
      using store = new RowStore();
      const disks = Array.from({ length: 4 }, () => new DiskRows(store));
      for (const [disk, one] of list) disks[disk]?.add(one);
      for (const [disk, rows] of disks.entries()) {
        const its = list.filter(([of]) => of === disk).map(([, one]) => one);
        expect(rows.snapshots().map(plain)).toEqual(its.map(plain));
        expect(rows.fingerprint).toBe(its.reduce((sum, one) => sum + fingerprintOf(one), 0));
      }
    }),
  );
}, 60_000);

it("texts of any length and number come back in their chains, the last one first", () => {
  using store = new RowStore();
  const texts = Array.from({ length: 3_000 }, (_, index) => `${index} ${"ü".repeat(index)}`);
  texts.push("x".repeat(3_000_000), "short");
  const last: (number | undefined)[] = [undefined, undefined];
  for (const [index, text] of texts.entries()) last[index % 2] = store.add(text, last[index % 2]);
  for (const parity of [0, 1]) {
    const chain = [...store.chain(last[parity] as number)];
    expect(chain.reverse()).toEqual(texts.filter((_, index) => index % 2 === parity));
  }
}, 60_000);

function plain({ labels, ...others }: ListedSnapshot): unknown {
  return { ...others, labels: Object.entries(labels).sort() };
}
