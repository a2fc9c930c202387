import { ruleOf, SchedulerWorld } from "@k8s-snapshots/scheduler/testing";
import { expect, it } from "vitest";
import { canvasOf } from "../drawing/style.ts";
import { DemoScreen } from "./demo-screen.ts";

const HOUR = 3_600_000;
const disk = { location: "local", id: "/volumes/notes" };
const volume = { name: "notes", path: disk.id, deltas: "PT1H PT3H PT12H", by: "annotation" } as const;

it("draws a row of marks for each volume, how long it has run and what happened last, in 80 columns", async () => {
  const world = new SchedulerWorld();
  const screen = new DemoScreen([volume], canvasOf({ isTTY: false, columns: 0 }, {}));
  const { scheduler, stop } = await world.start([ruleOf(volume.deltas, { disk })], {
    policy: { scheduleChangeGrace: 0 },
    onEvent: (event) => screen.onEvent(event, { inspect: () => scheduler.inspect("memory", disk) }),
  });
  expect(screen.lines(world.clock.now()).join("\n")).toContain("kept 0 of 0");
  expect(screen.lines(world.clock.now())).toHaveLength(11);
  await world.advance(20 * HOUR);
  stop.abort();

  const lines = screen.lines(world.clock.now());
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
  const row = lines.find((line) => line.includes("notes  ")) as string;
  expect(row).toMatch(/^ {2}notes {5}─*●─*●─*●.*│.*│.* {2}kept \d+ of 2[01]$/);
  expect(lines[0]).toMatch(/^k8s-snapshots demo {3}.* 20h$/);
  for (const line of lines.slice(-3)) {
    expect(line).toMatch(
      /^ {2}\d\d:\d\d:\d\d {2}notes {2}(a snapshot was taken|the one of .* expired: a neighbour stands for it)$/,
    );
  }
});
