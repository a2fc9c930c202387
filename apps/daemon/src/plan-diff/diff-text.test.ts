import { stripVTControlCharacters } from "node:util";
import { parseDeltas } from "@k8s-snapshots/retention";
import { defaultPolicy } from "@k8s-snapshots/scheduler";
import { ruleOf } from "@k8s-snapshots/scheduler/testing";
import { expect, it } from "vitest";
import { type Canvas, canvasOf } from "../drawing/style.ts";
import type { DiskDiff } from "./cluster-diff.ts";
import { clusterDiffJson, clusterDiffLines } from "./cluster-diff-report.ts";
import { diffLines } from "./diff-text.ts";
import { imaginedDiff, settledSnapshots } from "./imagined-diff.ts";
import type { ScheduleDiff } from "./schedule-diff.ts";

const now = new Date("2026-11-27T14:15:00Z");
const asked = { server: "https://10.0.0.1:6443", origin: "context prod-1 of /home/me/.kube/config" };

it("uses the width of a terminal", async () => {
  const lines = diffLines(diffOf("PT1H P1D P7D P30D P1Y", "P1D P7D P30D"), canvas(120, { NO_COLOR: "1" }));
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(120);
  await expect(lines.join("\n")).toMatchFileSnapshot("__fixtures__/diff-120.txt");
});

it("has colours on a terminal, and says the same without them", () => {
  const diff = diffOf("PT1H P1D P30D", "P1D P7D");
  const coloured = diffLines(diff, canvas(80, {})).join("\n");
  expect(coloured).toContain("\u001b[31m46 go\u001b[0m");
  expect(stripVTControlCharacters(coloured)).toBe(diffLines(diff, canvas(80, { NO_COLOR: "1" })).join("\n"));
});

it("of thousands of disks draws a few, has a line each for some, and counts all", () => {
  const diff = diffOf("P1D P30D", "P1D P7D");
  const disks = Array.from({ length: 3_000 }, (_, index): DiskDiff => {
    const rule = ruleOf("P1D P30D", { disk: { location: "home", id: `disk-${index}` } });
    return { rule, diff: index === 50 ? { error: "cannot plan the disk: no" } : diff };
  });
  const lines = clusterDiffLines({ asked, disks }, canvas(80, { NO_COLOR: "1" }));
  expect(lines.length).toBeLessThan(250);
  expect(lines.filter((line) => line.startsWith("old  P1D P30D"))).toHaveLength(3);
  expect(lines).toContain(
    "PersistentVolume/disk-99: 8 stay, 23 go, from 2026-11-29T14:15:00.000Z to 2026-12-09T14:15:00.000Z",
  );
  expect(lines).toContain("PersistentVolume/disk-50: error: cannot plan the disk: no");
  expect(lines).toContain("… and 2900 more disks: --output json has them all");
  expect(lines).toContain("On 2999 disks 23992 snapshots stay and 68977 go; 1 could not be looked at.");
  expect((JSON.parse(clusterDiffJson({ asked, disks })) as { disks: unknown[] }).disks).toHaveLength(3_000);
});

function diffOf(before: string, after: string): ScheduleDiff {
  const edit = { before: parseDeltas(before), after: parseDeltas(after) };
  const settled = settledSnapshots(edit.before, now, defaultPolicy);
  return imaginedDiff(edit, settled, now, { policy: defaultPolicy, isConfirmed: false });
}

function canvas(columns: number, environment: Record<string, string>): Canvas {
  return canvasOf({ isTTY: true, columns } as NodeJS.WriteStream, environment);
}
