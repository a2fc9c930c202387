import fc from "fast-check";
import { expect, it } from "vitest";
import { decideRetention } from "./decide-retention.ts";
import { parseDeltas } from "./deltas.ts";
import { keptPositions } from "./kept-positions.ts";

const schedules = ["PT1H P1D P7D", "PT1M PT5M", "P1D P1M P1Y", "P7D P7D"].map((text) => parseDeltas(text));

it("keeps what decideRetention keeps", () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 40 * 86_400_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(times, fc.constantFrom(...schedules), (written, deltas) => {
      const ascending = written.toSorted((a, b) => a - b);
      const snapshots = ascending.map((time, index) => ({ id: String(index), createdAt: new Date(time) }));
      const kept = decideRetention(deltas, snapshots).kept.map(({ snapshot }) => Number(snapshot.id));
      expect(keptPositions(deltas, Float64Array.from(ascending))).toEqual(kept.toSorted((a, b) => a - b));
    }),
  );
});

it("keeps nothing of nothing", () => {
  expect(keptPositions(parseDeltas("PT1H P1D"), new Float64Array())).toEqual([]);
});
