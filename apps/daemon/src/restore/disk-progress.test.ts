import type { RestoreProgress } from "@k8s-snapshots/backend-api";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DiskProgress } from "./disk-progress.ts";

let said: RestoreProgress[];
let progress: DiskProgress;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  progress = new DiskProgress((one) => said.push(one));
});

afterEach(() => {
  progress[Symbol.dispose]();
  vi.useRealTimers();
});

it("says each tenth once, however often it is heard", () => {
  for (let copied = 0; copied <= 10_000; copied++) progress.hear({ fraction: copied / 10_000 });
  expect(said.map(({ fraction }) => fraction)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
});

it("says each word of the storage system once, and no more than ten", () => {
  for (let look = 0; look < 100; look++) progress.hear({ state: look % 2 === 0 ? "creating" : "optimizing" });
  expect(said).toEqual([{ state: "creating" }, { state: "optimizing" }]);
  for (let look = 0; look < 1_000; look++) progress.hear({ state: `state ${look}` });
  expect(said).toHaveLength(10);
});

it("says that it goes on, ever less often, with what was heard last", () => {
  vi.advanceTimersByTime(70_000);
  expect(said).toEqual([{}, {}, {}]);
  progress.hear({ state: "creating" });
  vi.advanceTimersByTime(80_000);
  expect(said.slice(3)).toEqual([{ state: "creating" }, { state: "creating" }]);
  vi.advanceTimersByTime(24 * 3_600_000);
  expect(said.length).toBeLessThan(20);
});

it("says nothing once the disk is there", () => {
  progress[Symbol.dispose]();
  vi.advanceTimersByTime(3_600_000);
  expect(said).toEqual([]);
});
