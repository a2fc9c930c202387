import { afterEach, beforeEach, expect, it } from "vitest";
import { parse } from "yaml";
import { InspectedCluster } from "../../test/inspected-cluster.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let cluster: InspectedCluster;

beforeEach(async () => {
  cluster = await InspectedCluster.start();
});

afterEach(() => cluster.close());

it("lists volumes with their protection, the newest, how many are held, and what is next", async () => {
  await cluster.history([10 * MINUTE, 70 * MINUTE]);
  const { code, output } = await cluster.run("list");
  expect(output).toMatch(/^VOLUME +STATE +NEWEST +NEXT +SNAPSHOTS +SIZE +DELTAS$/m);
  expect(output).toMatch(/^default\/data +protected +1\dm\d*s? +in \d+m\d*s? +2 +0 B +PT1H P1D P7D$/m);
  expect(output).toMatch(/^default\/unasked +unprotected +none$/m);
  expect(output).toMatch(/^default\/scratch +excluded +none$/m);
  expect(code).toBe(0);
});

it("lists snapshots with what each is kept for and which goes next and when", async () => {
  const ids = await cluster.history([10 * MINUTE, 20 * MINUTE, 70 * MINUTE, 25 * HOUR]);
  const { output } = await cluster.run("list", "snapshots");
  expect(output).toMatch(/^SNAPSHOT +OF +TAKEN +AGE +STATE +SIZE +KEPT FOR +GOES$/m);
  expect(output).toMatch(new RegExp(`^${ids[0]} +default/data +.*ready +0 B +the newest`, "m"));
  // The schedule keeps no two of one hour: the daemon would delete the other one now, and the next one later.
  expect(output).toMatch(new RegExp(`^${ids[1]} +.* nothing +now$`, "m"));
  expect(output.match(/ in \d+[dhm]\S*$/gm)).toHaveLength(1);
});

it("is a document in JSON and in YAML, the same in both", async () => {
  const [id] = await cluster.history([10 * MINUTE], { "k8s-snapshots/hold": "audit" });
  const asJson = JSON.parse((await cluster.run("list", "snapshots", "-o", "json")).output);
  const asYaml = parse((await cluster.run("list", "snapshots", "-o", "yaml")).output);
  const hourly = expect.objectContaining({ kind: "generation", delta: "PT1H", parent: "P1D" });
  expect(asJson.snapshots).toEqual([
    expect.objectContaining({
      id,
      backend: "local",
      namespace: "default",
      claim: "data",
      volume: "pv-data",
      state: "ready",
      hold: "audit",
      rule: "PersistentVolumeClaim/default/data",
      keptFor: [{ kind: "newest" }, hourly, expect.anything()],
      goes: { when: "stays", at: null, why: "held by the label k8s-snapshots/hold" },
    }),
  ]);
  expect(asYaml.snapshots).toEqual(asJson.snapshots);
});

it("lists rules: what each is for, and whether it is ready", async () => {
  await cluster.history([10 * MINUTE]);
  const { output } = await cluster.run("list", "rules");
  expect(output).toMatch(/^PersistentVolumeClaim\/default\/data +default\/data +PT1H P1D P7D +True +UpToDate$/m);
  expect(output).toMatch(/^PersistentVolumeClaim\/default\/mistyped +default\/mistyped +False +InvalidDeltas$/m);
});

it("lists one namespace, and says where it has none", async () => {
  const { output, code } = await cluster.run("list", "snapshots", "-n", "elsewhere");
  expect(output).toMatch(/^There are no snapshots of this cluster in the namespace elsewhere\.\n/);
  expect(code).toBe(0);
});

it("refuses what it cannot list", async () => {
  expect(await cluster.run("list", "pods")).toMatchObject({ code: 2 });
});

it("changes nothing", async () => {
  await cluster.history([10 * MINUTE]);
  for (const what of ["volumes", "snapshots", "rules"]) await cluster.run("list", what);
  const verbs = new Set(cluster.kubernetes.requests.list().map(({ verb }) => verb));
  expect([...verbs].sort()).toEqual(["get", "watch"]);
});
