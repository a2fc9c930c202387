import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../test/simulation/virtual-clock.ts";
import { HOUR, ruleOf } from "../../test/support/disk-view.ts";
import { type Rule, Scheduler, type SchedulerEvent } from "../index.ts";
import { DiskState } from "./disk-state.ts";

const home = (id: string): Rule["disk"] => ({ location: "home", id });

async function runHours(rules: readonly Rule[], onEvent: (event: SchedulerEvent) => void): Promise<string[]> {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const { backend, storage } = createMemoryBackend({ now: () => new Date(clock.now()) });
  for (const rule of rules) storage.addDisk(rule.disk);
  const scheduler = new Scheduler({ backends: new Map([["memory", backend]]), clock, random: () => 0.5, onEvent });
  scheduler.setRules(rules);
  const stop = new AbortController();
  const running = scheduler.run(stop.signal);
  await clock.runUntil(clock.now() + 3.5 * HOUR);
  stop.abort();
  await running;
  return [...storage.snapshots("home")].map(({ diskId }) => diskId);
}

describe("safety rule 9: one rule's trouble is that rule's alone", () => {
  it("a disk that cannot be planned is held, and the others go on", async () => {
    const odd = ruleOf("PT1H PT4H", { id: "odd", disk: home("odd"), name: undefined as unknown as string });
    const good = ruleOf("PT1H PT4H", { id: "good", disk: home("good") });
    const held: unknown[] = [];
    const made = await runHours([odd, good], (event) => {
      if (event.type === "disk.held" && event.disk.id === "odd") held.push(event.holds[0]?.reason);
    });
    expect(made).toEqual(["good", "good", "good", "good"]);
    expect(held).toEqual(["NotListed", "PlanFailed"]);
  });

  it("a listener that throws stops nothing", async () => {
    const made = await runHours([ruleOf("PT1H PT4H", { disk: home("good") })], () => {
      throw new Error("the listener broke");
    });
    expect(made).toHaveLength(4);
  });

  it("a snapshot that a list yields twice counts once", () => {
    const { storage } = createMemoryBackend();
    const disk = storage.addDisk(home("good"));
    const pending = storage.addSnapshot({ disk, state: "pending" });
    const ready = { ...pending, state: "ready" as const };
    const state = new DiskState(disk, undefined);
    state.applyList([pending, ready], 0, 0, 0);
    expect(state.snapshots()).toEqual([ready]);
  });
});
