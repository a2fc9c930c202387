import { decideRetention, parseDeltas } from "@k8s-snapshots/retention";
import { expect, it } from "vitest";
import { whenTheyGo } from "./when-they-go.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);
const deltas = parseDeltas("PT1H PT3H");

/** `a` is the oldest, and the newest is of the start. */
const hourly = ["a", "b", "c", "d"].map((id, index) => ({ id, createdAt: START - (3 - index) * HOUR }));

it("goes once the schedule keeps it no longer, as the next ones come", () => {
  expect(whenTheyGo(deltas, hourly, START + HOUR, new Set())).toEqual(
    new Map([
      ["a", START + HOUR],
      ["b", START + 2 * HOUR],
      ["c", START + 3 * HOUR],
      ["d", START + 4 * HOUR],
    ]),
  );
});

it("begins when the next is due, however late that is", () => {
  expect(whenTheyGo(deltas, hourly, START + 9 * HOUR, new Set()).get("a")).toBe(START + 9 * HOUR);
});

it("does not go while it is held", () => {
  expect([...whenTheyGo(deltas, hourly, START + HOUR, new Set(["a"])).keys()]).toEqual(["b", "c", "d"]);
});

it("finds as many as are asked for", () => {
  expect([...whenTheyGo(deltas, hourly, START + HOUR, new Set(), 1).keys()]).toEqual(["a"]);
  expect(whenTheyGo(deltas, hourly, START + HOUR, new Set(), 0).size).toBe(0);
});

it("says what the schedule says at each moment", () => {
  const goesAt = whenTheyGo(parseDeltas("PT1H PT6H P1D"), hourly, START + HOUR, new Set());
  for (const { id } of hourly) {
    const at = goesAt.get(id) as number;
    const count = (at - START) / HOUR;
    const then = [
      ...hourly,
      ...Array.from({ length: count }, (_, n) => ({ id: `${n}`, createdAt: START + (n + 1) * HOUR })),
    ];
    const standing = then.filter((one) => (goesAt.get(one.id) ?? Number.POSITIVE_INFINITY) >= at);
    const { expired } = decideRetention(parseDeltas("PT1H PT6H P1D"), standing, (one) => ({
      id: one.id,
      createdAt: new Date(one.createdAt),
    }));
    expect(expired.map(({ snapshot }) => snapshot.id)).toContain(id);
  }
});
