import { afterEach, beforeEach, expect, it } from "vitest";
import { InspectedCluster } from "../../test/inspected-cluster.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Hourly for a day and a bit, three hours late, one of them twice in its hour. */
const lateHistory = [
  190,
  250,
  310,
  320,
  ...Array.from({ length: 19 }, (_, hours) => 370 + hours * 60),
  1_500,
  2_940,
].map((minutes) => minutes * MINUTE);

let cluster: InspectedCluster;

beforeEach(async () => {
  cluster = await InspectedCluster.start();
});

afterEach(() => cluster.close());

it("tells of a claim who asks, what its disk is, how it stands, what goes, and how to restore it", async () => {
  const ids = await cluster.history(lateHistory);
  const { code, output } = await cluster.run("explain", "pvc/data");
  const lines = output.split("\n");
  expect(lines[0]).toMatch(/^default\/data {3}◷ late, 3h10m of 1h {3}local local, 25 snapshots$/);
  expect(lines[2]).toMatch(/ 1 d .* 6 h .* 1 h +now$/);
  expect(lines[3]).toMatch(/^ {2}─+●─.*●.*│.*┣━+$/);
  expect(lines[4]).toBe("  │ hours  ● days  ○ goes next  ┣━ missing");
  const story = lines.filter((line) => /^ {2}[●■○] /.test(line)).map((line) => line.slice(4));
  expect(story).toEqual([
    "pvc/data asks for: hourly for a day, daily for a week",
    "nothing else asks for snapshots of it",
    expect.stringMatching(/^its disk is \/.*\/data$/),
    expect.stringMatching(/^newest good: \S+Z, 3h10m ago; due since \S+Z$/),
    expect.stringMatching(/^the daemon takes pvc-data-\S+ now$/),
    "1 goes now",
    expect.stringMatching(/^the next to go: data-\S+, /),
  ]);
  expect(output).toContain(`    ${ids[3]}: ${ids[2]} is nearer to`);
  expect(output).toMatch(/^ {2}TAKEN +AGE +KEPT FOR +GOES$/m);
  expect(output).toMatch(/^ {2}\S+Z +5h20m +│ nothing +now$/m);
  expect(output).toContain("\n  … 17 more: -o wide\n");
  expect(output).toContain("\nPlanned as a daemon that starts now would; ");
  expect(output).toMatch(/\nGet it back:\n {2}k8s-snapshots restore pvc\/data -n default --to-claim data-restored\n$/);
  expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
  expect(code).toBe(0);
});

it("tells the same of its volume, and lists all snapshots when wide", async () => {
  const ids = await cluster.history(lateHistory);
  const { output } = await cluster.run("explain", "pv/pv-data", "-o", "wide");
  expect(output).toContain("pvc/data asks for: hourly for a day, daily for a week");
  for (const id of ids) expect(output).toMatch(new RegExp(`^ .* ${id}$`, "m"));
});

it("tells what takes precedence and what is superseded, of the claim and of the rule", async () => {
  cluster.kubernetes.store.create("snapshotrules.k8s-snapshots.elsdoerfer.com", {
    apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
    kind: "SnapshotRule",
    metadata: { name: "nightly", namespace: "default" },
    spec: { deltas: "P1D P30D", persistentVolumeClaim: "data" },
  });
  for (const object of ["pvc/data", "rule/nightly"]) {
    const { output } = await cluster.run("explain", object);
    expect(output).toContain("rule/nightly asks for: daily for 30 days\n    spec.deltas: P1D P30D\n");
    expect(output).toContain("■ pvc/data asks too, and does not count: rule/nightly takes precedence\n");
    expect(output).toContain("or write");
  }
});

it.each([
  ["mistyped", "✗ unprotected", ["asks for snapshots, and gets none: InvalidDeltas", '"hourly"']],
  [
    "unasked",
    "✗ unprotected",
    ['    kubectl annotate -n default pvc unasked backup.kubernetes.io/deltas="PT1H P1D P7D"\n', "exclude="],
  ],
  ["scratch", "− excluded", ["it needs none: a cache"]],
])("says why %s has no snapshots, and what to write", async (name, state, says) => {
  const { output } = await cluster.run("explain", `pvc/${name}`);
  expect(output.split("\n")[0]).toBe(`default/${name}   ${state}`);
  for (const text of says) expect(output).toContain(text);
  expect(output).not.toContain("Get it back");
});

it("says in words what is held up", async () => {
  await cluster.history([10 * MINUTE, 70 * MINUTE, 130 * MINUTE]);
  const annotations = { "backup.kubernetes.io/deltas": "P1D P7D" };
  cluster.kubernetes.store.patch(
    "persistentvolumeclaims",
    { namespace: "default", name: "data" },
    { metadata: { annotations } },
  );
  const { output } = await cluster.run("explain", "pvc/data");
  expect(output.replaceAll(/\n {4}/g, " ")).toMatch(/■ the schedule changed: 1 snapshot goes .* nothing is deleted\n/);
  expect(output).toMatch(/nothing +waits$/m);
});

it("tells of one snapshot what it is of, what it is kept for, and how to hold and restore it", async () => {
  const [id] = await cluster.history([10 * MINUTE, 70 * MINUTE]);
  const { output } = await cluster.run("explain", `snapshot/${id}`);
  expect(output).toMatch(/^ {2}of {5}pvc\/data in default, disk \/.*\/data$/m);
  expect(output).toMatch(/^ {2}kept {3}the newest/m);
  expect(output).toContain(`k8s-snapshots hold ${id} `);
  expect(output).toContain(`  k8s-snapshots restore snapshot/${id} -n default --to-claim data-restored\n`);
});

it("is a document in JSON", async () => {
  const ids = await cluster.history([10 * MINUTE, 25 * HOUR]);
  const document = JSON.parse((await cluster.run("explain", "pvc/data", "-o", "json")).output);
  expect(document).toMatchObject({
    object: "PersistentVolumeClaim/default/data",
    volume: { protection: "protected", held: 2 },
    rule: { object: "PersistentVolumeClaim/default/data", schedule: "hourly for a day, daily for a week" },
    asking: [{ object: "PersistentVolumeClaim/default/data", inForce: true, reason: null }],
    restore: "k8s-snapshots restore pvc/data -n default --to-claim data-restored",
  });
  expect(document.snapshots.map(({ id }: { id: string }) => id)).toEqual(ids);
});

it.each([
  ["pvc/nothing", 1, "there is no PersistentVolumeClaim/default/nothing"],
  ["pvc/data -n shop", 1, "there is one of that name in default: -n NAMESPACE"],
  ["snapshot/gone", 1, "there is no snapshot gone of ours"],
  ["deployment/data", 2, "write pvc/NAME, pv/NAME, rule/NAME or snapshot/ID"],
])("refuses %s", async (args, code, says) => {
  await cluster.history([10 * MINUTE]);
  const result = await cluster.run("explain", ...args.split(" "));
  expect(result.code).toBe(code);
  expect(result.errors).toContain(says);
});
