import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "@k8s-snapshots/scheduler/testing";
import { TraceRecorder } from "@k8s-snapshots/scheduler/trace";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";

const HOUR = 3_600_000;

let trace: string;
let folder: string;

beforeAll(async () => {
  const world = new SchedulerWorld();
  const other = { location: "home", id: "disk-2" };
  for (const disk of [homeDisk, other]) {
    addHistory(world.storage, { disk, schedule: "PT1H P1D", count: 26, newest: world.clock.now() - HOUR });
  }
  const recorder = new TraceRecorder("1.2.3");
  trace = "";
  await world.start([ruleOf("PT1H P1D"), ruleOf("PT1H P1D", { disk: other })], {
    onTrace: (event) => {
      trace += recorder.record(event);
    },
  });
  await world.advance(6 * HOUR);
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "replay-"));
});

afterEach(() => removeFolder(folder));

describe("replay", () => {
  it("shows each action with its reason and the rule, and a summary", async () => {
    const { code, output } = await replay(trace);
    expect(code).toBe(0);
    expect(output).toMatch(
      /^\d+ {2}2026-01-01T\S+Z {2}memory home disk-1 {2}took pv-disk-1-\S+ as due: the interval was over \(rule 10\)$/m,
    );
    expect(output).toMatch(
      /^\d+ {2}2026-01-01T\S+Z {2}memory home disk-1 {2}deleted snap-\d+ as expired: older than .* \(rule 2\)$/m,
    );
    expect(output).toMatch(/\n\d+ facts, 1\d creations, 1\d deletions, 0 actions that the core does not take\n$/);
  });

  it("finds out a deletion that the core does not do, names why, and ends with 1", async () => {
    const { code, output } = await replay(forged());
    expect(code).toBe(1);
    expect(output).toMatch(/deleted snap-\d+ as expired: NOT WHAT THE CORE DOES: .*\(rule \d+\)$/m);
    expect(output).toMatch(/, 1 actions that the core does not take\n$/);
  });

  it("says the same as JSON", async () => {
    const { code, output } = await replay(forged(), "--output", "json");
    expect(code).toBe(1);
    const { unexplained, actions } = JSON.parse(output);
    expect(unexplained).toBe(1);
    expect(actions.filter(({ explained }: { explained: boolean }) => !explained)).toEqual([
      expect.objectContaining({ action: "deletion", disk: "disk-1", reason: "expired", rule: null }),
    ]);
  });

  it("tells the story of one disk: each fact in words, and what is planned then", async () => {
    const { code, output } = await replay(trace, "--disk", "disk-2");
    expect(code).toBe(0);
    expect(output).not.toContain("disk-1");
    expect(output).toMatch(
      / {2}memory home disk-2 {2}the rule is PersistentVolume\/disk-2: PT1H P1D\n {4}plan: NotListed: /,
    );
    expect(output).toMatch(/a whole list, begun \d+ ms before, shows 26 ready\n {4}plan: take pv-disk-2-\S+ \(due\)$/m);
    expect(output).toMatch(/ was begun: ready\n {4}plan: /);
    const json = JSON.parse((await replay(trace, "--disk", "disk-2", "--output", "json")).output);
    expect(json.story[0]).toMatchObject({ disk: "disk-2", fact: "rule.changed", text: expect.any(String) });
  });

  it("names the disks that there are where one is not", async () => {
    const { code, errors } = await replay(trace, "--disk", "disk-3");
    expect(code).toBe(2);
    expect(errors).toContain("does not name the disk disk-3; it names disk-1, disk-2");
  });

  it("reads a file", async () => {
    const file = join(folder, "trace.jsonl");
    await writeFile(file, trace);
    expect((await captureCommand(["replay", file])).code).toBe(0);
    const { code, errors } = await captureCommand(["replay", join(folder, "none")]);
    expect(code).toBe(2);
    expect(errors).toMatch(/none cannot be read: ENOENT/);
  });

  it("leaves out a last line that is cut off, and says so", async () => {
    const { code, output } = await replay(trace.slice(0, -30));
    expect(code).toBe(0);
    expect(output).toMatch(/^Line \d+ is cut off, as a process that is killed leaves it: left out\.$/m);
  });

  it("names each line that is none by its number, and ends with 2", async () => {
    const lines = trace.split("\n");
    lines[3] = "{";
    lines[5] = '{"type":"fact","in":1}';
    lines[7] = '{"type":"fate"}';
    const { code, errors, output } = await replay(lines.join("\n"));
    expect(code).toBe(2);
    expect(errors.trimEnd().split("\n")).toEqual([
      "k8s-snapshots: -, line 4: not JSON",
      "k8s-snapshots: -, line 6: t is not a number",
      'k8s-snapshots: -, line 8: "fate" is not a type of line',
    ]);
    expect(output).not.toContain("facts");
  });

  it.each([
    ["", "line 1: there is no trace in it"],
    ['{"type":"dropped","dropped":1}\n', "line 1: there is no header above it"],
    ["no trace\n", "line 1: not JSON"],
  ])("refuses what is no trace: %j", async (text, message) => {
    const { code, errors } = await replay(text);
    expect(code).toBe(2);
    expect(errors).toContain(message);
  });

  it("refuses a trace of a newer version in one line", async () => {
    const { code, errors } = await replay(
      trace.replace('"trace":1', '"trace":2').replace('"version":"1.2.3"', '"version":"9.0.0"'),
    );
    expect(code).toBe(2);
    expect(errors).toBe(
      "k8s-snapshots: -, line 1: the trace is of version 2, by release 9.0.0, and this release reads up to version 1; use that release\n",
    );
  });

  it("has examples in its help", async () => {
    const { code, output } = await captureCommand(["replay", "--help"]);
    expect(code).toBe(0);
    expect(output).toContain("Usage: k8s-snapshots replay [options] <file>");
    expect(output).toContain("k8s-snapshots replay trace.jsonl --disk");
  });
});

function replay(text: string, ...args: string[]): Promise<CapturedCommand> {
  return captureCommand(["replay", "-", ...args], {}, text);
}

/** The last deletion of disk-1 is of a snapshot that the schedule keeps. */
function forged(): string {
  const lines = trace.split("\n");
  const at = lines.findLastIndex((line) => line.includes('"deletion.sent"') && line.includes('"disk-1"'));
  const line = JSON.parse(lines[at] as string);
  const newest = /"creation.accepted","snapshot":\{"id":"(snap-\d+)"/.exec(
    lines.slice(0, at).findLast((one) => one.includes('"creation.accepted"') && one.includes('"disk-1"')) as string,
  )?.[1];
  lines.splice(at, lines.length - at, JSON.stringify({ ...line, fact: { ...line.fact, id: newest } }));
  return lines.join("\n");
}
