import { PassThrough } from "node:stream";
import { ruleOf, SchedulerWorld } from "@k8s-snapshots/scheduler/testing";
import { expect, it } from "vitest";
import { timeIn } from "../drawing/shown-time.ts";
import { createNarrator } from "./demo-narrator.ts";

it("tells what is taken, what expires and what is kept then, by name and with the reasons", async () => {
  const world = new SchedulerWorld();
  const output = new PassThrough({ encoding: "utf8" });
  const narrate = createNarrator(output, { time: timeIn(undefined) });
  const rule = ruleOf("PT1H PT2H PT6H", { name: "pvc-notes" });
  const { scheduler, stop } = await world.start([rule], {
    policy: { scheduleChangeGrace: 0 },
    onEvent: (event) => narrate(event, scheduler),
  });
  await world.advance(8 * 3_600_000);
  stop.abort();
  const lines = String(output.read()).trimEnd().split("\n");
  const said = (what: string): string[] => lines.filter((line) => line.includes(`pvc-notes    ${what}`));
  expect(said("taken")[0]).toMatch(/^\S+ {2}pvc-notes {4}taken {4}pvc-notes-010126-\d{6}$/);
  expect(said("expired")[0]).toMatch(/expired {2}pvc-notes-010126-\d{6}: pvc-notes-010126-\d{6} is nearer to /);
  expect(said("kept")[0]).toMatch(/kept {5}pvc-notes-010126-\d{6}: the newest; nearest to /);
  expect(said("kept").length).toBeGreaterThan(said("expired").length);
});
