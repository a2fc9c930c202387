import { expect, it } from "vitest";
import { idempotencyKey } from "./idempotency-key.ts";

const disk = { location: "home", id: "disk-1" };
const key = idempotencyKey(disk, "snap-1", 0, 0);

it("is the same for every try of one snapshot, and fits every storage system", () => {
  expect(idempotencyKey({ ...disk }, "snap-1", 0, 0)).toBe(key);
  expect(key).toMatch(/^[a-z0-9-]{1,63}$/);
});

it.each([
  ["disk", idempotencyKey({ ...disk, id: "disk-2" }, "snap-1", 0, 0)],
  ["location", idempotencyKey({ ...disk, location: "away" }, "snap-1", 0, 0)],
  ["newest snapshot", idempotencyKey(disk, undefined, 0, 0)],
  ["interval", idempotencyKey(disk, "snap-1", 1, 0)],
  ["failed try", idempotencyKey(disk, "snap-1", 0, 1)],
])("another %s has another one", (_, other) => {
  expect(other).not.toBe(key);
});
