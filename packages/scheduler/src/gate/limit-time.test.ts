import { getEventListeners } from "node:events";
import { BackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import type { Clock } from "../clock.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { asBackendError, withinTime } from "./limit-time.ts";

it("gives up a call that takes too long, as unavailable, its outcome unknown", async () => {
  const clock = new VirtualClock(0);
  let aborted = false;
  const call = withinTime("creating x", undefined, clock, 1_000, (signal) => {
    signal.addEventListener("abort", () => {
      aborted = true;
    });
    return new Promise(() => {});
  });
  const outcome = expect(call).rejects.toMatchObject({ code: "unavailable", outcome: "unknown" });
  await clock.runUntil(1_000);
  await outcome;
  expect(aborted).toBe(true);
});

it("gives up when the program stops", async () => {
  const abort = new AbortController();
  const call = withinTime("creating x", abort.signal, new VirtualClock(0), 1_000, () => new Promise(() => {}));
  abort.abort();
  await expect(call).rejects.toMatchObject({
    code: "aborted",
    outcome: "unknown",
    message: "creating x was given up",
  });
});

it("hands on what comes in time, and lets no timer stand", async () => {
  const clock = new VirtualClock(0);
  await expect(withinTime("creating x", undefined, clock, 1_000, () => Promise.resolve(7))).resolves.toBe(7);
  await clock.runUntil(5_000);
});

it("leaves no timer and no listener behind, however it ends", async () => {
  const abort = new AbortController();
  let timers = 0;
  const clock = new VirtualClock(0);
  const after: Clock["after"] = (milliseconds, callback) => {
    timers++;
    const cancel = clock.after(milliseconds, callback);
    return () => {
      timers--;
      cancel();
    };
  };
  const counting: Clock = { monotonic: () => clock.monotonic(), wall: () => clock.wall(), after };
  const { signal } = abort;
  await withinTime("creating x", signal, counting, 1_000, () => Promise.resolve());
  await withinTime("creating x", signal, counting, 1_000, () => Promise.reject(new Error("no"))).catch(() => {});
  expect([timers, getEventListeners(signal, "abort")]).toEqual([0, []]);
  const late = withinTime("creating x", signal, counting, 1_000, () => new Promise(() => {})).catch(() => {});
  await clock.runUntil(1_000);
  await late;
  expect(getEventListeners(signal, "abort")).toEqual([]);
  const stopped = withinTime("creating x", signal, counting, 1_000, () => new Promise(() => {})).catch(() => {});
  const before = timers;
  abort.abort();
  await stopped;
  expect(timers).toBe(before - 1);
});

it("wraps what a backend must not throw, and leaves what it may", async () => {
  const error = new BackendError("in-use", "in use");
  expect(asBackendError(error)).toBe(error);
  expect(asBackendError(new TypeError("oops"))).toMatchObject({
    code: "unexpected",
    outcome: "unknown",
    message: "oops",
  });
  const call = withinTime("creating x", undefined, new VirtualClock(0), 1_000, () => Promise.reject("a text"));
  await expect(call).rejects.toMatchObject({ code: "unexpected", message: "a text" });
});
