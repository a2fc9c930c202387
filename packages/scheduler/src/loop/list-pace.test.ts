import { BackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../state/time.ts";
import { fullAllowance, latestListAt, listRetryDelay, lookAt, soonestListAt, spendList } from "./list-pace.ts";

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

/** When a location is listed that always has something to look for. */
function listsOf({
  interval,
  took = 0,
  from = 0,
  until,
}: Record<"interval" | "until", number> & { took?: number; from?: number }): number[] {
  const times: number[] = [];
  let allowance = fullAllowance;
  for (let at = from; at < until; at = soonestListAt(at, at + took, allowance, interval)) {
    times.push(at);
    allowance = spendList(allowance, at, interval);
  }
  return times;
}

it("lists twenty times in the shortest interval, and four times at a stretch", () => {
  const times = listsOf({ interval: 20 * MINUTE, until: 100 * MINUTE });
  expect(times.slice(0, 7)).toEqual([0, 0, 0, 0, MINUTE, 2 * MINUTE, 3 * MINUTE]);
  expect(times).toHaveLength(100 + 3);
});

it("saves up no more than that, however long nothing is looked for", () => {
  const used = spendList(fullAllowance, 0, HOUR);
  expect(spendList(used, 9 * HOUR, HOUR)).toEqual({ lists: 3, at: 9 * HOUR });
});

it("lists for no more than a tenth of the time, and an hour later without a reason", () => {
  expect(listsOf({ interval: 20 * MINUTE, took: 30 * SECOND, until: 17 * MINUTE })).toEqual(
    [0, 5.5, 11, 16.5].map((minutes) => minutes * MINUTE),
  );
  expect(listsOf({ interval: Number.POSITIVE_INFINITY, until: 7 * MINUTE }).at(-1)).toBe(6 * MINUTE);
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
