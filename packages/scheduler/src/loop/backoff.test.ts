import { BackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { backoff } from "./backoff.ts";

const unavailable = new BackendError("unavailable", "try again");
const forbidden = new BackendError("forbidden", "permission is missing");
const ALMOST_ONE = 1 - Number.EPSILON;

it("doubles with each failure in a row, up to ten minutes", () => {
  expect([1, 2, 3, 4, 100].map((failures) => backoff(unavailable, failures, ALMOST_ONE))).toEqual(
    [5_000, 10_000, 20_000, 40_000, 600_000].map((delay) => expect.closeTo(delay, 3)),
  );
});

it("is longer for what does not go away by itself, up to an hour", () => {
  expect(backoff(forbidden, 1, ALMOST_ONE)).toBeCloseTo(60_000, 3);
  expect(backoff(forbidden, 100, ALMOST_ONE)).toBeCloseTo(3_600_000, 3);
});

it("is spread over a quarter", () => {
  expect(backoff(unavailable, 1, 0)).toBe(3_750);
});

it("is never less than the storage system asked for", () => {
  const patient = new BackendError("throttled", "slow down", { retryAfterMs: 90_000 });
  expect(backoff(patient, 1, 0)).toBe(90_000);
});
