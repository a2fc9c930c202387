import { BackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../state/time.ts";
import { latestListAt, listRetryDelay, lookAt, soonestListAt } from "./list-pace.ts";

it("looks ten seconds after a creation, or a tenth of the interval if that is shorter", () => {
  expect(lookAt(-1, 0, HOUR, 0)).toBe(10 * SECOND);
  expect(lookAt(-1, 0, 20 * SECOND, 0)).toBe(2 * SECOND);
});

it("then whenever its age has doubled, at least once in a quarter of the interval and in ten minutes", () => {
  const looks = (interval: number): number[] => {
    const times: number[] = [];
    let listedAt = -1;
    for (let count = 0; count < 9; count++) {
      listedAt = lookAt(listedAt, 0, interval, 0);
      times.push(listedAt / SECOND);
    }
    return times;
  };
  expect(looks(24 * HOUR)).toEqual([10, 20, 40, 80, 160, 320, 640, 1_240, 1_840]);
  expect(looks(8 * MINUTE)).toEqual([10, 20, 40, 80, 160, 280, 400, 520, 640]);
});

it("leaves out looks at which the last ones were not ready, and learns nothing from how long a list takes", () => {
  expect(lookAt(-1, 0, HOUR, 25 * SECOND)).toBe(20 * SECOND);
  expect(lookAt(-1, 0, HOUR, 40.7 * SECOND)).toBe(40 * SECOND);
  expect(lookAt(12 * SECOND, 0, HOUR, 40.7 * SECOND)).toBe(40 * SECOND);
  expect(lookAt(40 * SECOND, 0, HOUR, 40.7 * SECOND)).toBe(80 * SECOND);
  expect(lookAt(-1, 0, HOUR, DAY)).toBe(10 * MINUTE);
  expect(lookAt(-1, 0, 4 * MINUTE, DAY)).toBe(MINUTE);
});

it("lists no more than twenty times in the shortest interval, nor for more than a tenth of the time", () => {
  expect(soonestListAt(0, SECOND, 20 * MINUTE)).toBe(SECOND + MINUTE);
  expect(soonestListAt(0, 30 * SECOND, 20 * MINUTE)).toBe(30 * SECOND + 5 * MINUTE);
  expect(soonestListAt(0, 0, Number.POSITIVE_INFINITY)).toBe(3 * MINUTE);
  expect(latestListAt(5)).toBe(5 + HOUR);
});

it("tries a list that failed after five seconds, doubling to ten minutes, or as long as it was asked to wait", () => {
  const delaysOf = (error: BackendError): number[] =>
    [1, 2, 3, 8, 50].map((failures) => listRetryDelay(failures, error) / SECOND);
  expect(delaysOf(new BackendError("unavailable", "away"))).toEqual([5, 10, 20, 600, 600]);
  expect(delaysOf(new BackendError("throttled", "slow down"))).toEqual([1, 2, 4, 30, 30]);
  expect(delaysOf(new BackendError("forbidden", "no"))).toEqual([60, 120, 240, 3_600, 3_600]);
  const asked = (retryAfterMs: number): BackendError => new BackendError("throttled", "slow down", { retryAfterMs });
  expect(listRetryDelay(1, asked(45 * SECOND))).toBe(45 * SECOND);
  expect(listRetryDelay(1, asked(34 * 24 * HOUR))).toBe(HOUR);
});
