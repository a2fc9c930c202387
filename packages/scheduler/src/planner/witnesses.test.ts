import { parseDeltas } from "@k8s-snapshots/retention";
import { expect, it } from "vitest";
import { OneDisk } from "../../test/rules/one-disk.ts";
import { scheduleKey } from "../state/schedule-key.ts";
import type { SnapshotRow } from "../state/snapshot-table.ts";
import { DAY, HOUR, type Milliseconds } from "../state/time.ts";
import type { Planning } from "./planning.ts";
import { witnessesOf } from "./witnesses.ts";

const NOW = Date.UTC(2026, 0, 1);
const deltas = parseDeltas("PT1H P1D");
const schedule = scheduleKey(deltas);

function row(age: Milliseconds, marks: Partial<SnapshotRow["marks"]>): SnapshotRow {
  const own = { cluster: "ours", policy: "retain", ...marks } as const;
  return { id: `${age / HOUR} h`, createdAt: NOW - age, state: "ready", requestedHere: false, marks: own };
}

/** Of those ages in hours, all of the schedule and with a count of others, which stay; one of another schedule waits to go. */
function staying(hours: readonly number[], waiting = row(99 * HOUR, { schedule: "another" })): string[] {
  const confirmed = hours.map((age) => row(age * HOUR, { schedule, others: 3 }));
  const { present } = new OneDisk({ policy: { deletionBudgetWindow: DAY } });
  const planning = { snapshots: { confirmed }, deltas, present, now: NOW } as unknown as Planning;
  return [...witnessesOf([waiting, ...confirmed], planning)].map(({ id }) => id);
}

it("rule 4b: the last one before the window stays, and the first of each window after it", () => {
  expect(staying([60, 50, 30, 20, 10, 5, 2])).toEqual(["30 h", "5 h"]);
  expect(staying([60, 24, 12, 0])).toEqual(["24 h", "0 h"]);
  expect(staying([20, 10])).toEqual(["20 h"]);
});

it("rule 4b: none has to stay where nothing of another schedule waits to go", () => {
  expect(staying([30, 20], row(99 * HOUR, { schedule }))).toEqual([]);
});
