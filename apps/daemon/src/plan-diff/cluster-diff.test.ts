import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOLD_LABEL, MARKS_LABEL, SCHEDULE_LABEL } from "@k8s-snapshots/backend-api";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";
import { writeLocalHistory } from "../../test/local-history.ts";
import { startDemoCluster, writeKubeconfig } from "../demo/demo-cluster.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let folder: string;
let snapshots: string;
let cluster: KubernetesEmulator;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cluster-diff-"));
  snapshots = join(folder, "snapshots");
  await mkdir(snapshots);
  const volumes = ["data", "logs", "other"].map((name) => ({ name, path: join(folder, name) }));
  for (const { path } of volumes) await mkdir(path);
  cluster = await startDemoCluster([
    { name: "data", path: join(folder, "data"), deltas: "P1D P30D", by: "annotation" },
    { name: "logs", path: join(folder, "logs"), deltas: "PT24H P30D", by: "SnapshotRule" },
    { name: "other", path: join(folder, "other"), deltas: "PT1H P1D", by: "annotation" },
    { name: "mistyped", path: join(folder, "mistyped"), deltas: "daily", by: "annotation" },
  ]);
  environment = {
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    LOCAL_SNAPSHOT_DIRECTORY: snapshots,
    LOCAL_ROOTS: folder,
    TZ: "",
  };
});

afterEach(async () => {
  await cluster.close();
  await removeFolder(folder);
});

it("shows what an edit of one claim does to its real snapshots, and does nothing", async () => {
  const ids = await history("data", daily(31));
  const before = await readdir(join(snapshots, "snapshots"));
  const { code, output, errors } = await diff("P1D P7D", "pvc/data");
  expect(code).toBe(0);
  expect(errors).toMatch(/^Reading the rules of \S+, context demo of \S+ \.\.\.\nListing .* local in local \.\.\.\n$/);
  expect(output).toContain(`Asked ${cluster.url}, context demo of `);
  expect(output).toMatch(/^PersistentVolumeClaim\/default\/data {2}local local \S+\/data$/m);
  expect(output).toContain("  31 now, 8 stay, 23 go\n");
  expect(output).toMatch(/ {4}until \S+Z {2}nothing goes that the old deltas keep: a grace of/);
  expect(output).toMatch(/ {4}from {2}\S+Z {2}at most 3 a day, the oldest first, never the newest\n/);
  expect(output).toMatch(new RegExp(`^goes \\S+Z {2}${ids[30]} of `, "m"));
  expect(output).toContain("\n  backup.kubernetes.io/confirm-deltas: P1D P7D\n");
  expect(await readdir(join(snapshots, "snapshots"))).toEqual(before);
  expect([...new Set(cluster.requests.list().map(({ verb }) => verb))].sort()).toEqual(["get", "watch"]);
});

it("says it as JSON, with ids and dates", async () => {
  const dates = daily(31);
  const ids = await history("data", dates);
  const { output } = await diff("P1D P7D", "pvc/data", "--output", "json");
  const { disks } = JSON.parse(output) as { disks: Record<string, unknown>[] };
  const [disk] = disks as [Record<string, unknown> & { expires: { id: string; at: string }[] }];
  expect(disk).toMatchObject({
    rule: "PersistentVolumeClaim/default/data",
    backend: "local",
    location: "local",
    disk: join(folder, "data"),
    error: null,
    old: "P1D P30D",
    new: "P1D P7D",
  });
  expect(disk.expires).toHaveLength(23);
  expect(disk.expires.at(-1)).toMatchObject({
    id: ids[30],
    createdAt: dates[30]?.toISOString(),
    keptBy: "old",
    reason: { kind: "too-old", generation: { delta: "P1D", parent: "P7D" } },
  });
  // The first snapshot under the new deltas is due in 23 hours, and the grace is a day from then.
  for (const { at } of disk.expires) expect(Date.parse(at)).toBeGreaterThan(Date.now() + 46 * HOUR);
});

it("takes all rules that have the old deltas, however they are spelled, and sums them up", async () => {
  await history("data", daily(31));
  await history("logs", daily(20));
  const { output } = await diff("P1D P30D", "P1D P7D");
  expect(output).toMatch(/^PersistentVolumeClaim\/default\/data {2}/m);
  expect(output).toMatch(/^SnapshotRule\/default\/logs {2}/m);
  expect(output).not.toContain("default/other");
  expect(output).toContain("\nOn 2 disks 16 snapshots stay and 35 go.\n");
});

it("rule 7: reads what the snapshots carry: held ones stay", async () => {
  await history("data", daily(31), { [HOLD_LABEL]: "legal" });
  const { output } = await diff("P1D P7D", "pvc/data");
  expect(output).toContain(
    "  31 now, 31 stay, none goes\n    23  labelled k8s-snapshots/hold: kept, whatever the deltas\n",
  );
});

it("rule 5: those of the Python daemon carry no schedule, and stay for a grace too", async () => {
  await history("data", daily(31), { [SCHEDULE_LABEL]: "", [MARKS_LABEL]: "" });
  const { output } = await diff("P1D P7D", "pvc/data");
  expect(output).toContain("  31 now, 8 stay, 23 go\n");
  expect(output).toMatch(/ {4}until \S+Z {2}nothing goes/);
});

it("cli-5: one dated 2126 among the real ones is kept, and counts for nothing", async () => {
  await history("data", [new Date("2126-01-01T00:00:00Z"), ...daily(31)]);
  const { output } = await diff("P1D P7D", "pvc/data");
  expect(output).toContain("  32 now, 9 stay, 23 go\n");
  expect(output).toContain("     1  dated in the future: kept, and counted for nothing\n");
});

it("with --confirm-deltas lets them go at once", async () => {
  await history("data", daily(31));
  const { output } = await diff("P1D P7D", "pvc/data", "--confirm-deltas");
  expect(output).toMatch(/^ {4}at once +all 23 go$/m);
});

it.each([
  [["P1D P7D", "PersistentVolumeClaim/default/data"], "8 stay"],
  [["P1D P7D", "SnapshotRule/logs"], "8 stay"],
  [["P1D P7D", "sr/logs", "-n", "default"], "8 stay"],
])("finds the object of %j", async (words, text) => {
  await history("data", daily(31));
  await history("logs", daily(31));
  const { code, output } = await diff(...words);
  expect(output).toContain(text);
  expect(code).toBe(0);
});

it.each([
  [2, ["P1D P30D", "pvc/data"], "nothing changes: P1D P30D and P1D P30D are the same schedule"],
  [2, ["P1D PT1M", "pvc/data"], "the daemon refuses the new deltas"],
  [2, ["pvc/data"], "needs the new deltas and whose they are"],
  [2, ["P1D P7D"], "needs the new deltas and whose they are"],
  [2, ["P1D P7D", "pvc/data", "pvc/logs"], "needs the new deltas and whose they are"],
  [1, ["P1D P7D", "pvc/data", "-n", "shop"], "PersistentVolumeClaim/shop/data declares no deltas; "],
  [1, ["P1D P7D", "pvc/logs"], "default/logs declares no deltas; SnapshotRule/default/logs does"],
  [1, ["P1D P7D", "pvc/mistyped"], "default/mistyped has no rule that works: InvalidDeltas: "],
  [2, ["P1D P7D", "pod/data"], 'cannot tell which object "pod/data" is'],
  [1, ["P7D P1Y", "P1D P7D"], "no rule has the deltas P7D P1Y; there are P1D P30D, PT1H P1D, PT24H P30D"],
])("exits with %i for %j: %s", async (wanted, words, message) => {
  const { code, errors, output } = await diff(...words);
  expect(errors).toContain(message);
  expect([code, output]).toEqual([wanted, ""]);
});

it("exits with 1 if the snapshots cannot be listed, and says so of that disk", async () => {
  await rm(snapshots, { recursive: true });
  const { code, output } = await diff("P1D P7D", "pvc/data");
  expect(output).toMatch(/^ {2}error {2}its snapshots could not be listed: /m);
  expect(code).toBe(1);
});

/** The newest is an hour old. */
function daily(count: number): Date[] {
  const newest = Math.floor(Date.now() / 1_000) * 1_000 - HOUR;
  return Array.from({ length: count }, (_, index) => new Date(newest - index * DAY));
}

function history(name: string, dates: readonly Date[], labels = {}): Promise<readonly string[]> {
  const path = join(folder, name);
  return writeLocalHistory({ folder: snapshots, path, cluster, schedule: "P1D P30D", dates, labels });
}

function diff(...args: string[]): Promise<CapturedCommand> {
  return captureCommand(["plan", "--cluster", "--diff", ...args], environment);
}
