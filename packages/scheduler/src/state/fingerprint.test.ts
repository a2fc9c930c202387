import { expect, it } from "vitest";
import type { ListedSnapshot } from "./claim-snapshots.ts";
import { fingerprintOf } from "./fingerprint.ts";

const one: ListedSnapshot = { id: "a", createdAt: 5, state: "ready", labels: { x: "1", yy: "2" } };

it("a fingerprint differs once anything about the snapshot does, and is the same for its copy", () => {
  const others: Partial<ListedSnapshot>[] = [
    { id: "b" },
    { createdAt: 6 },
    { state: "failed" },
    { failure: "why" },
    { failure: "who" },
    { labels: {} },
    { labels: { x: "1" } },
    { labels: { x: "1", yy: "3" } },
    { labels: { x: "1", yyy: "2" } },
    { labels: { x: "2", yy: "1" } },
  ];
  const all = [one, ...others.map((other) => ({ ...one, ...other }))].map(fingerprintOf);
  expect(new Set(all).size).toBe(11);
  expect(fingerprintOf({ ...one, labels: { ...one.labels } })).toBe(all[0]);
});

it("fingerprints are whole numbers below 2^42, spread all over", () => {
  const all = Array.from({ length: 2_000 }, (_, index) => fingerprintOf({ ...one, id: `snap-${index}` }));
  expect(new Set(all).size).toBe(2_000);
  expect(all.every((number) => Number.isInteger(number) && number >= 0 && number < 2 ** 42)).toBe(true);
  expect(Math.max(...all)).toBeGreaterThan(2 ** 41);
});
