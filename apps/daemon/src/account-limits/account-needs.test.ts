import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { parseDeltas } from "@k8s-snapshots/retention";
import type { Rule, Scheduler } from "@k8s-snapshots/scheduler";
import { pino } from "pino";
import { expect, it, onTestFinished, vi } from "vitest";
import type { ResolvedChanges, ResolvedRule } from "../rules/resolved-rule.ts";
import { AccountNeeds } from "./account-needs.ts";

const home = { backend: "memory", location: "home" };
const origin = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "a", name: "data", uid: "1" } as never;

/** A watch over the limits of a storage system in memory. */
function watched(limits: { maxSnapshots?: number; maxPending?: number } = {}) {
  const { backend, storage } = createMemoryBackend({
    locations: ["home"],
    capabilities: { callsPerSecond: { create: 5 } },
  });
  storage.setLimits(limits);
  const rates: ReturnType<Scheduler["callRates"]>[number][] = [];
  const tenureOf = vi.fn<Scheduler["tenureOf"]>(() => "owner");
  const scheduler = { callRates: () => rates, setLimits: vi.fn<Scheduler["setLimits"]>(), tenureOf };
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const verdicts: unknown[] = [];
  const needs = new AccountNeeds({
    backends: new Map([[backend.name, backend]]),
    scheduler,
    minInterval: 60_000,
    logger,
    onVerdict: (location) => verdicts.push(location),
  });
  onTestFinished(() => needs[Symbol.dispose]());
  return { needs, storage, scheduler, rates, lines, verdicts };
}

function ruleOf(name: string, deltas = "PT1H P1D"): Rule {
  return { id: name, name, backend: "memory", disk: { location: "home", id: name }, deltas: parseDeltas(deltas) };
}

function resolved(rule: Rule): ResolvedRule {
  return { origin, warnings: [], rule, finding: undefined };
}

function added(...rules: Rule[]): ResolvedChanges {
  return new Map(rules.map((rule) => [rule.id, { before: undefined, after: resolved(rule) }]));
}

function removed(rule: Rule): ResolvedChanges {
  return new Map([[rule.id, { before: resolved(rule), after: undefined }]]);
}

it("says once when the rules begin to need more than the account allows, and when they stop to", async () => {
  const { needs, lines, verdicts } = watched({ maxSnapshots: 30 });
  needs.onRules(added(ruleOf("a")));
  await vi.waitFor(() => expect([...needs.needs()][0]?.allowed.snapshots).toBe(30));
  expect(verdicts).toEqual([]);
  needs.onRules(added(ruleOf("b")));
  needs.judge();
  needs.judge();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ level: 40, event: "limits.exceeded", ...home });
  expect(lines[0]?.["msg"]).toBe(
    "these rules need 52 snapshots at 2 an hour; this account can hold 30 at 5 a second: have the limit raised, or keep fewer",
  );
  needs.onRules(removed(ruleOf("b")));
  needs.judge();
  expect(lines[1]).toMatchObject({ level: 30, event: "limits.kept" });
  expect(verdicts).toEqual([home, home]);
});

it("leaves it to the replica that serves the location", () => {
  const { needs, scheduler, rates, lines } = watched();
  scheduler.tenureOf.mockReturnValue("none");
  needs.onRules(added(ruleOf("a", "PT1M PT1H")));
  rates.push({ ...home, kind: "create", perSecond: 0.001 });
  needs.judge();
  expect([...needs.needs()]).toEqual([]);
  scheduler.tenureOf.mockReturnValue("owner");
  needs.judge();
  expect(lines.map(({ event }) => event)).toEqual(["limits.exceeded"]);
});

it("says what the rules of a disk's location need", async () => {
  const { needs } = watched();
  expect(needs.needOf(ruleOf("a"))).toBeUndefined();
  needs.onRules(added(ruleOf("a"), ruleOf("b")));
  expect(needs.needOf(ruleOf("a"))?.needed.snapshots).toBe(52);
});

it("goes by what was learned of the account, not by what is declared", async () => {
  const { needs, rates, lines } = watched();
  needs.onRules(added(...Array.from({ length: 120 }, (_, index) => ruleOf(`disk-${index}`, "PT1M PT1H"))));
  needs.judge();
  expect(lines).toEqual([]);
  rates.push({ ...home, kind: "create", perSecond: 1.5 });
  needs.judge();
  expect(lines[0]).toMatchObject({ event: "limits.exceeded", allowed: { perSecond: 1.5 } });
  expect(lines[0]?.["msg"]).toMatch(/at 2 a second; this account can take 1.5 a second: .* take them less often$/);
});

it("tells the scheduler what the storage system allows, and goes on where it does not say", async () => {
  const { needs, scheduler, storage, lines } = watched({ maxPending: 7 });
  needs.onRules(added(ruleOf("a")));
  await vi.waitFor(() =>
    expect(scheduler.setLimits).toHaveBeenCalledWith(home, expect.objectContaining({ maxPending: 7 })),
  );
  storage.denied.add("memory.limits.get");
  await needs.readLimits();
  expect(lines.at(-1)).toMatchObject({ level: 20, event: "limits.unknown" });
});
