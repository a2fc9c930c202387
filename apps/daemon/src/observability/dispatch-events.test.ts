import type { SchedulerEvent } from "@k8s-snapshots/scheduler";
import { pino } from "pino";
import { expect, it } from "vitest";
import { dispatchEvents } from "./dispatch-events.ts";

it("calls the others though one throws, and says so", () => {
  const lines: string[] = [];
  const told: string[] = [];
  const where = { backend: "aws", location: "eu-west-1" };
  const event: SchedulerEvent = { type: "location.listed", ...where, snapshots: 0, unattributed: 0, took: 1 };
  const broken = (): void => {
    throw new Error("no such gauge");
  };
  dispatchEvents([broken, ({ type }) => told.push(type)], pino({}, { write: (line) => lines.push(line) }))(event);
  expect(told).toEqual(["location.listed"]);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 50, event: "listener.failed", type: "location.listed", error: "no such gauge" },
  ]);
});
