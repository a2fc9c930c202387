import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import type { plan } from "../../../../packages/scheduler/src/planner/plan.ts";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";
import { writeLocalHistory } from "../../test/local-history.ts";
import { startDemoCluster, writeKubeconfig } from "../demo/demo-cluster.ts";

/** The directory that the core cannot plan. */
const broken = vi.hoisted(() => ({ path: "" }));

// Tests of a package share their modules: this file needs them with what it puts in their place, and nobody after it does.
vi.hoisted(() => vi.resetModules());
afterAll(() => vi.resetModules());

// No input is known with which the core throws: here it does, for one disk.
vi.mock("../../../../packages/scheduler/src/planner/plan.ts", async (original) => {
  const shipped = await original<{ readonly plan: typeof plan }>();
  const throwing: typeof plan = (state, present) => {
    if (state.disk.id === broken.path) throw new RangeError("Invalid time value");
    return shipped.plan(state, present);
  };
  return { ...shipped, plan: throwing };
});

const HOUR = 3_600_000;

let folder: string;
let snapshots: string;
let cluster: KubernetesEmulator;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "one-disks-trouble-"));
  snapshots = join(folder, "snapshots");
  for (const name of ["snapshots", "data", "logs"]) await mkdir(join(folder, name));
  cluster = await startDemoCluster(
    ["data", "logs"].map((name) => ({ name, path: join(folder, name), deltas: "PT1H PT3H", by: "annotation" })),
  );
  environment = {
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    LOCAL_SNAPSHOT_DIRECTORY: snapshots,
    LOCAL_ROOTS: folder,
  };
  broken.path = "";
});

afterEach(async () => {
  await cluster.close();
  await removeFolder(folder);
});

it("plan-1: says of a disk that cannot be planned so and why, goes on with the others, and exits with 1", async () => {
  await history("data", hourly(3));
  await history("logs", hourly(3));
  broken.path = join(folder, "data");
  const { code, output } = await command("--cluster");
  expect(output).toMatch(
    /^PersistentVolumeClaim\/default\/data .*\n {2}defer {3}PlanFailed: cannot plan the disk: Invalid time value; report it/m,
  );
  expect(output).toMatch(/^PersistentVolumeClaim\/default\/logs .*\n {2}keep {4}logs-0\S+ of /m);
  expect(code).toBe(1);

  const { disks } = JSON.parse((await command("--cluster", "--output", "json")).output) as { disks: unknown[] };
  expect(disks).toMatchObject([
    { rule: "PersistentVolumeClaim/default/data", keep: [], deferrals: [{ reason: "PlanFailed", severity: "error" }] },
    { rule: "PersistentVolumeClaim/default/logs", keep: [{}, {}, {}] },
  ]);
});

it("plan-1: so does plan --diff", async () => {
  await history("data", hourly(3));
  await history("logs", hourly(3));
  broken.path = join(folder, "data");
  const { code, output } = await command("--cluster", "--diff", "PT1H PT3H", "PT1H PT2H");
  expect(output).toMatch(
    /^PersistentVolumeClaim\/default\/data .*\n {2}error {2}cannot plan the disk: Invalid time value$/m,
  );
  expect(output).toMatch(/^PersistentVolumeClaim\/default\/logs .*\nold {2}PT1H PT3H/m);
  expect(output).toContain("\nOn 1 disk 3 snapshots stay and 0 go; 1 could not be looked at.\n");
  expect(code).toBe(1);
});

it("cli-5: one dated 2126 among a disk's real ones is kept and reported, and counts for nothing", async () => {
  const [ahead = ""] = await history("data", [new Date("2126-01-01T00:00:00Z"), ...hourly(8)]);
  const { code, output } = await command("--cluster");
  expect(code).toBe(0);
  const [block = ""] = output.split("\n\n");
  // Were it the newest, the next were due in 2126, and the schedule would keep others.
  expect(block).toMatch(/^ {2}next {4}20(?!126)\S+Z$/m);
  expect(block.match(/^ {2}keep {4}data-[1-4]\./gm)).toHaveLength(4);
  expect(block).toMatch(new RegExp(`^ {2}note {4}FutureDated: .*${ahead}`, "m"));
  expect(block).not.toMatch(new RegExp(`^ {2}(delete|wait) .*${ahead}`, "m"));
  expect(output).toMatch(/A daemon that starts now would take \d and delete \d/);

  const { disks } = JSON.parse((await command("--cluster", "--output", "json")).output) as { disks: object[] };
  expect(disks[0]).toMatchObject({
    create: null,
    deferrals: expect.arrayContaining([expect.objectContaining({ reason: "FutureDated", count: 1 })]) as unknown,
  });
});

/** The newest half an hour old. */
function hourly(count: number): Date[] {
  return Array.from({ length: count }, (_, index) => new Date(Date.now() - HOUR / 2 - index * HOUR));
}

function history(name: string, dates: readonly Date[]): Promise<readonly string[]> {
  return writeLocalHistory({ folder: snapshots, path: join(folder, name), cluster, schedule: "PT1H PT3H", dates });
}

function command(...args: string[]): Promise<CapturedCommand> {
  return captureCommand(["plan", ...args], environment);
}
