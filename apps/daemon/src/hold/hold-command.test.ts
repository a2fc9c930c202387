import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BackendError } from "@k8s-snapshots/backend-api";
import { afterEach, beforeEach, expect, it } from "vitest";
import { InspectedCluster } from "../../test/inspected-cluster.ts";
import { applyHold } from "./set-hold.ts";

const MINUTE = 60_000;

let cluster: InspectedCluster;
let ids: readonly string[];

beforeEach(async () => {
  cluster = await InspectedCluster.start();
  ids = await cluster.history([10 * MINUTE, 70 * MINUTE]);
});

afterEach(() => cluster.close());

it("holds a snapshot, with a reason, and releases it again", async () => {
  const [id = ""] = ids;
  const held = await cluster.run("hold", id, "--reason", "audit 2026: ask Ada");
  expect(held.output).toMatch(
    new RegExp(`^${id} of pvc/data in default, taken \\S+, is held \\(audit 2026: ask Ada\\): nothing deletes it`),
  );
  expect(await labelOf(id)).toBe("audit 2026: ask Ada");
  expect((await cluster.run("list", "snapshots")).output).toMatch(new RegExp(`^${id} .* held$`, "m"));

  expect((await cluster.run("hold", id, "--reason", "audit 2026: ask Ada")).output).toContain("nothing was changed");
  const released = await cluster.run("release", id);
  expect(released).toMatchObject({ code: 0, output: expect.stringContaining("is released") });
  expect(await labelOf(id)).toBe("false");
  expect((await cluster.run("list", "snapshots")).output).not.toContain("held");
  expect((await cluster.run("release", id)).output).toContain("is not held: nothing was changed");
});

it("leaves the other labels, and the other snapshots", async () => {
  const [id = "", other = ""] = ids;
  const before = await recordOf(id);
  await cluster.run("hold", id, "--location", "local/local");
  expect(await recordOf(id)).toEqual({ ...before, labels: { ...before.labels, "k8s-snapshots/hold": "true" } });
  expect(await labelOf(other)).toBeUndefined();
});

it.each([
  ["another program's", { "created-by": "somebody" }],
  ["another cluster's", { "k8s-snapshots/cluster": "another" }],
])("refuses one that is %s", async (_, labels) => {
  const [id = ""] = ids;
  const record = await recordOf(id);
  await writeFile(fileOf(id), JSON.stringify({ ...record, labels: { ...record.labels, ...labels } }));
  expect(await cluster.run("hold", id)).toMatchObject({
    code: 1,
    errors: expect.stringContaining(`there is no snapshot ${id} of ours`),
  });
  expect(await labelOf(id)).toBeUndefined();
});

it.each([
  [["--reason", "false"], "would not hold it"],
  [["--reason", "why not?"], "cannot be a label"],
  [["--reason", ""], "cannot be a label"],
  [["--location", "local"], "must be BACKEND/LOCATION"],
])("refuses %j", async (flags, says) => {
  expect(await cluster.run("hold", ids[0] ?? "", ...flags)).toMatchObject({
    code: 2,
    errors: expect.stringContaining(says),
  });
});

it("says what to do where the backend cannot set labels, or may not", async () => {
  const snapshot = { id: "snap-1", location: "here" };
  const unable = { name: "tape", capabilities: { restore: false } };
  await expect(applyHold(unable, snapshot, "true")).rejects.toThrow(
    "cannot hold snap-1: the backend tape cannot set labels; set k8s-snapshots/hold in the storage system",
  );
  const forbidden = {
    name: "aws",
    capabilities: { restore: false, setLabels: true },
    setSnapshotLabels: () => Promise.reject(new BackendError("forbidden", "not authorized to CreateTags")),
  };
  await expect(applyHold(forbidden, snapshot, undefined)).rejects.toThrow(
    "cannot release snap-1: not authorized to CreateTags; grant that",
  );
});

function fileOf(id: string): string {
  return join(cluster.folder, "snapshots", "snapshots", id, "snapshot.json");
}

async function recordOf(id: string): Promise<{ labels: Record<string, string> }> {
  return JSON.parse(await readFile(fileOf(id), "utf8"));
}

async function labelOf(id: string): Promise<string | undefined> {
  return (await recordOf(id)).labels["k8s-snapshots/hold"];
}
