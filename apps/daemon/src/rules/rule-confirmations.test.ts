import type { ResourceHealth } from "@k8s-snapshots/k8s-source";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ageOfRules, startRuleConfirmations } from "./rule-confirmations.ts";

const heard = (lastContact: number | undefined, options: Partial<ResourceHealth> = {}): ResourceHealth => ({
  resource: "things",
  synced: true,
  absent: false,
  fresh: true,
  lastContact,
  ...options,
});

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

it("the rules are as old as the watch that was heard of least lately", () => {
  expect(ageOfRules([heard(900), heard(400)], 1_000)).toBe(600);
  expect(ageOfRules([heard(900), heard(400, { absent: true })], 1_000)).toBe(100);
});

it("nothing is known of them before all were heard of", () => {
  expect(ageOfRules([heard(900), heard(undefined)], 1_000)).toBeUndefined();
  expect(ageOfRules([heard(900), heard(900, { synced: false })], 1_000)).toBeUndefined();
});

it("api-1: the scheduler hears how old they are while the API server is away, and that they are fresh when it is back", () => {
  let lastContact = Date.now();
  const ages: number[] = [];
  const source = { current: { rules: new Map(), problems: new Map() }, health: () => [heard(lastContact)] };
  const confirmations = startRuleConfirmations(source, { confirmRules: (age) => ages.push(age ?? 0) }, () => {});
  vi.advanceTimersByTime(20_000);
  lastContact = Date.now();
  vi.advanceTimersByTime(10_000);
  confirmations[Symbol.dispose]();
  vi.advanceTimersByTime(60_000);
  expect(ages).toEqual([10_000, 20_000, 10_000]);
});
