import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startHeartbeat } from "./heartbeat.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function beats(seconds: number, nextDueAt: number | undefined): unknown[] {
  const lines: unknown[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  using _ = startHeartbeat(seconds, { upcoming: () => ({ disks: 3, nextDueAt }) }, logger);
  vi.advanceTimersByTime(1_200_000);
  return lines;
}

it("says now and then how many disks have a rule, and what is next", () => {
  const line = { level: 30, event: "rule.heartbeat", disks: 3, next: "2026-11-27T00:00:00.000Z", msg: "alive" };
  expect(beats(600, Date.parse("2026-11-27T00:00:00Z"))).toEqual([line, line]);
});

it("names no next one where none is due", () => {
  expect(beats(1_200, undefined)).toEqual([{ level: 30, event: "rule.heartbeat", disks: 3, msg: "alive" }]);
});

it("says nothing where the interval is 0", () => {
  expect(beats(0, undefined)).toEqual([]);
});
