import { mkdir, mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addHistory, homeDisk, ruleOf, SchedulerWorld } from "@k8s-snapshots/scheduler/testing";
import type { TraceEvent } from "@k8s-snapshots/scheduler/trace";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { captureCommand } from "../../test/captured-command.ts";
import { TraceFile, type TraceFileOptions } from "./trace-file.ts";

const HOUR = 3_600_000;

let folder: string;
let path: string;
let log: Record<string, unknown>[];
let events: TraceEvent[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "trace-file-"));
  path = join(folder, "trace.jsonl");
  log = [];
  events = [];
});

afterEach(() => removeFolder(folder));

it("is one that replay explains, and readable for its owner alone", async () => {
  const trace = await open();
  await runWorld(trace);
  await trace[Symbol.asyncDispose]();
  expect(await replay(path)).toMatch(
    /^\d{2,} facts, 2\d creations, \d{2} deletions, 0 actions that the core does not/m,
  );
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it("is moved away before it gets too large, and each of the two files can be replayed by itself", async () => {
  const trace = await open({ maxBytes: 65_536 });
  await runWorld(trace, 72 * HOUR);
  await trace[Symbol.asyncDispose]();
  for (const file of [path, `${path}.1`]) {
    expect((await stat(file)).size).toBeLessThanOrEqual(65_536);
    expect(await replay(file)).toMatch(/^[1-9]\d* facts, .* 0 actions that the core does not/m);
  }
});

it("goes on where a process that was killed left half a line", async () => {
  for (const end of ["", '{"type":"fact","t":12']) {
    const trace = await open();
    await runWorld(trace);
    await trace[Symbol.asyncDispose]();
    await writeFile(path, end, { flag: "a" });
  }
  const trace = await open();
  await runWorld(trace);
  await trace[Symbol.asyncDispose]();
  const output = await replay(path);
  expect(output).toMatch(/^Line \d+ is cut off, as a process that is killed leaves it: left out\.$/m);
  expect(output).toMatch(/, 0 actions that the core does not take$/m);
});

it("drops what does not fit, says how much, and stays one that can be replayed", async () => {
  const trace = await open({ maxWaiting: 20_000 });
  await runWorld(trace, 24 * HOUR, false);
  for (const event of events) trace.onTrace(event);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await runWorld(trace);
  await trace[Symbol.asyncDispose]();
  const text = await readFile(path, "utf8");
  const dropped = [...text.matchAll(/^\{"type":"dropped","dropped":(\d+)\}$/gm)];
  expect(dropped.length).toBeGreaterThan(0);
  const output = await replay(path);
  expect(output).toMatch(/^\d+ events are missing: the disk that the trace was written to was too slow\.$/m);
  expect(output).toMatch(/, 0 actions that the core does not take$/m);
});

it("an error is logged once and ends the trace alone", async () => {
  const trace = await open({ maxBytes: 65_536 });
  // What is in the way cannot be replaced by a file.
  await mkdir(`${path}.1`);
  await runWorld(trace, 120 * HOUR);
  await runWorld(trace);
  await trace[Symbol.asyncDispose]();
  expect(log.map(({ event, path: of }) => [event, of])).toEqual([["trace.failed", path]]);
});

it.each([["a folder"], ["nowhere"]])(
  "a file that cannot be written is logged, and there is no trace: %s",
  async (where) => {
    path = where === "nowhere" ? join(folder, "a", "b") : folder;
    expect(await TraceFile.open(options())).toBeUndefined();
    expect(log).toEqual([expect.objectContaining({ event: "trace.failed", level: 50 })]);
    expect(log[0]?.["msg"]).toContain("set TRACE_FILE to a file that can be written");
  },
);

async function open(changes: Partial<TraceFileOptions> = {}): Promise<TraceFile> {
  return (await TraceFile.open({ ...options(), ...changes })) as TraceFile;
}

function options(): TraceFileOptions {
  const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line)) });
  return { path, maxBytes: 67_108_864, logger };
}

/** A day, or more, of a disk whose snapshots expire. */
async function runWorld(trace: TraceFile, time = 24 * HOUR, isTold = true): Promise<void> {
  const world = new SchedulerWorld();
  addHistory(world.storage, { disk: homeDisk, schedule: "PT1H P1D", count: 30, newest: world.clock.now() - HOUR });
  const onTrace = (event: TraceEvent): void => {
    events.push(event);
    if (isTold) trace.onTrace(event);
  };
  const { stop } = await world.start([ruleOf("PT1H P1D")], { onTrace });
  await world.advance(time);
  stop.abort();
  await world.advance(HOUR);
}

async function replay(file: string): Promise<string> {
  const { code, output, errors } = await captureCommand(["replay", file]);
  expect(errors).toBe("");
  expect(code).toBe(0);
  return output;
}
