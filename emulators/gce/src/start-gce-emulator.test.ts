import { SnapshotsClient } from "@google-cloud/compute/build/src/v1/snapshots_client.js";
import { OAuth2Client } from "google-auth-library";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type GceEmulator, startGceEmulator } from "./start-gce-emulator.ts";

const project = "emulated-project";
const zone = "europe-west1-b";
const disk = { project, zone, name: "data" };
const sourceDisk = `projects/${project}/zones/${zone}/disks/data`;
const labels = { "created-by": "k8s-snapshots" };

let emulator: GceEmulator;
let time: number;

beforeEach(async () => {
  time = Date.parse("2026-11-23T12:00:00.000Z");
  emulator = await startGceEmulator({
    now: () => time,
    pageSize: 2,
    durations: { pending: 1000, operation: 2000 },
  });
  emulator.store.createDisk(disk);
});

afterEach(() => emulator.close());

// biome-ignore lint/suspicious/noExplicitAny: answers of several kinds, looked at field by field
type Answer = { readonly status: number; readonly body: any };

async function ask(method: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${emulator.url}/compute/v1/projects/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: await answer.json() };
}

const insert = (name: string, more: object = {}, query = ""): Promise<Answer> =>
  ask("POST", `${project}/global/snapshots${query}`, { name, sourceDisk, labels, ...more });
const get = async (name: string): Promise<Answer> => ask("GET", `${project}/global/snapshots/${name}`);
const list = (query = ""): Promise<Answer> => ask("GET", `${project}/global/snapshots${query}`);
const reasonOf = ({ status, body }: Answer): string => `${status} ${body.error.errors[0].reason}`;

async function insertReady(...names: string[]): Promise<void> {
  for (const name of names) expect((await insert(name)).status).toBe(200);
  time += 4000;
}

describe("snapshots", () => {
  test("pass through their states with time, not with questions", async () => {
    await insert("s1");
    expect((await get("s1")).body.status).toBe("CREATING");
    time += 2000;
    expect((await get("s1")).body.status).toBe("UPLOADING");
    time += 2000;
    expect((await get("s1")).body).toMatchObject({ status: "READY", storageBytes: "2684354560", labels });
  });

  test("are dated in Pacific time, with ids beyond what a number holds", async () => {
    await insert("s1");
    const { body } = await get("s1");
    expect(body.creationTimestamp).toBe("2026-11-23T04:00:00.000-08:00");
    expect(body.sourceDiskId).toBe(emulator.store.disk(disk).id);
    expect(Number.isSafeInteger(Number(body.id))).toBe(false);
    time = Date.parse("2026-07-01T12:00:00.000Z");
    await insert("s2");
    expect((await get("s2")).body.creationTimestamp).toBe("2026-07-01T05:00:00.000-07:00");
  });

  test("can be shown without their date; answers are dated by the emulator's clock", async () => {
    await insertReady("s1");
    emulator.store.undate(project, "s1");
    expect((await get("s1")).body).not.toHaveProperty("creationTimestamp");
    const { headers } = await fetch(`${emulator.url}/compute/v1/projects/${project}/global/snapshots/s1`);
    expect(headers.get("date")).toBe("Mon, 23 Nov 2026 12:00:04 GMT");
  });

  test.each([
    ["a bad name", "Bad_Name", {}, "400 invalid"],
    ["an upper-case label", "s1", { labels: { owner: "Me" } }, "400 invalid"],
    ["a slash in a label's key", "s1", { labels: { "a/b": "c" } }, "400 invalid"],
    ["a label of 64 characters", "s1", { labels: { a: "a".repeat(64) } }, "400 invalid"],
    ["a missing disk", "s1", { sourceDisk: sourceDisk.replace("data", "other") }, "404 notFound"],
    ["a source that is no disk", "s1", { sourceDisk: "data" }, "400 invalid"],
  ])("%s is refused", async (_, name, more, expected) => {
    expect(reasonOf(await insert(name, more))).toBe(expected);
    expect(emulator.store.snapshots(project)).toEqual([]);
  });

  test("have each name once; a repeated request id begins nothing", async () => {
    const query = "?requestId=6f1d3c58-0f6b-4c55-9f0a-6b6d1a7d3b11";
    const first = await insert("s1", {}, query);
    expect((await insert("s1", {}, query)).body.id).toBe(first.body.id);
    expect(reasonOf(await insert("s1"))).toBe("409 alreadyExists");
  });

  test("the seventh of a disk within an hour is an operation that fails", async () => {
    await insertReady("s1", "s2", "s3", "s4", "s5", "s6");
    const { status, body } = await insert("s7");
    expect([status, body.status]).toEqual([200, "PENDING"]);
    time += 2000;
    const path = `${project}/global/operations/${body.name}`;
    const operation = await ask("POST", `${path}/wait`);
    expect(operation.body).toMatchObject({
      status: "DONE",
      error: { errors: [{ code: "RESOURCE_OPERATION_RATE_EXCEEDED" }] },
    });
    expect((await get("s7")).status).toBe(404);
    time += 60 * 60_000;
    await insert("s7");
    expect((await get("s7")).status).toBe(200);
  });

  test("are deleted in time, unless something uses them", async () => {
    await insertReady("s1");
    emulator.store.use(project, "s1", `projects/${project}/global/images/image`);
    const path = `${project}/global/snapshots/s1`;
    expect(reasonOf(await ask("DELETE", path))).toBe("400 resourceInUseByAnotherResource");
    await insertReady("s2");
    await ask("DELETE", `${project}/global/snapshots/s2`);
    expect((await get("s2")).body.status).toBe("DELETING");
    time += 2000;
    expect(reasonOf(await get("s2"))).toBe("404 notFound");
  });

  test("get new labels only from those who know the present ones", async () => {
    await insertReady("s1");
    const { labelFingerprint } = (await get("s1")).body;
    const path = `${project}/global/snapshots/s1/setLabels`;
    expect((await ask("POST", path, { labels: { a: "b" }, labelFingerprint })).status).toBe(200);
    expect((await get("s1")).body.labels).toEqual({ a: "b" });
    expect(reasonOf(await ask("POST", path, { labels: {}, labelFingerprint }))).toBe("412 conditionNotMet");
  });
});

describe("lists", () => {
  const namesOf = ({ body }: Answer): string[] => (body.items ?? []).map(({ name }: { name: string }) => name);

  test("come in pages, also empty ones", async () => {
    await insertReady("s1", "s2", "s3");
    emulator.faults.emptyPage({ method: "snapshots.list" });
    const names: string[][] = [];
    let token: string | undefined;
    do {
      const page = await list(token ? `?pageToken=${token}` : "");
      names.push(namesOf(page));
      token = page.body.nextPageToken;
    } while (token !== undefined);
    expect(names).toEqual([[], ["s1", "s2"], ["s3"]]);
  });

  test("of operations have the newest first, and each in its place alone", async () => {
    for (const name of ["s1", "s2", "s3"]) {
      await insert(name, {}, `?requestId=00000000-0000-4000-8000-0000000000${name.replace("s", "0")}`);
      time += 1000;
    }
    await ask("POST", `${project}/zones/${zone}/disks/data/createSnapshot`, { name: "s4" });
    const newestFirst = `orderBy=${encodeURIComponent("creationTimestamp desc")}`;
    const idsOf = ({ body }: Answer): string[] =>
      body.items.map(({ clientOperationId }: { clientOperationId: string }) => clientOperationId?.slice(-1));
    const first = await ask("GET", `${project}/global/operations?${newestFirst}`);
    const { nextPageToken } = first.body;
    const second = await ask("GET", `${project}/global/operations?${newestFirst}&pageToken=${nextPageToken}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(["3", "2", "1"]);
    expect((await ask("GET", `${project}/zones/${zone}/operations`)).body.items).toMatchObject([
      { operationType: "createSnapshot" },
    ]);
  });

  test.each([
    ['labels.created-by="k8s-snapshots"', ["s1", "s2"]],
    ['labels.created-by="somebody"', []],
    ['(labels.created-by="k8s-snapshots") (name="s2")', ["s2"]],
    ["labels.created-by:* AND name!=s1", ["s2"]],
    ["name=s1 OR name=s2", ["s1", "s2"]],
    ["creationTimestamp > 2026-11-23T12:00:00Z", []],
    ["status eq READY", ["s1", "s2"]],
    ['name eq ".*\\bs1\\b.*"', ["s1"]],
    ['(status eq READY)(sourceDisk eq ".*(/disks/data$).*")', ["s1", "s2"]],
    ["name ne s1", ["s2"]],
  ])("%s finds what it says", async (filter, expected) => {
    await insertReady("s1", "s2");
    expect(namesOf(await list(`?filter=${encodeURIComponent(filter)}`))).toEqual(expected);
  });

  test.each(["name", "name eq s1 status=READY", "name=(", "=s1"])("filter %s is refused", async (filter) => {
    expect(reasonOf(await list(`?filter=${encodeURIComponent(filter)}`))).toBe("400 invalid");
  });
});

describe("disks", () => {
  const insertDisk = (body: object, place = `zones/${zone}`): Promise<Answer> =>
    ask("POST", `${project}/${place}/disks`, body);
  const sourceSnapshot = `https://www.googleapis.com/compute/v1/projects/${project}/global/snapshots/s1`;

  test("are made of ready snapshots, with what the first disk held", async () => {
    emulator.store.disk(disk).content = "before";
    await insert("s1");
    emulator.store.disk(disk).content = "after";
    expect(reasonOf(await insertDisk({ name: "copy", sourceSnapshot }))).toBe("400 resourceNotReady");
    time += 4000;
    const { body } = await insertDisk({ name: "copy", sourceSnapshot });
    const copy = emulator.store.disk({ ...disk, name: "copy" });
    expect(copy).toMatchObject({ content: "before", id: body.targetId });
    expect(reasonOf(await insertDisk({ name: "copy" }))).toBe("409 alreadyExists");
    expect(reasonOf(await insertDisk({ name: "small", sourceSnapshot, sizeGb: "1" }))).toBe("400 invalid");
  });

  test("of a region are in two of its zones", async () => {
    const replicaZones = ["b", "c"].map((letter) => `projects/${project}/zones/europe-west1-${letter}`);
    expect(reasonOf(await insertDisk({ name: "two" }, "regions/europe-west1"))).toBe("400 invalid");
    const { body } = await insertDisk({ name: "two", replicaZones }, "regions/europe-west1");
    expect(body.region).toMatch(/regions\/europe-west1$/);
    const listed = await ask("GET", `${project}/aggregated/disks?returnPartialSuccess=True`);
    expect(listed.body.items["regions/europe-west1"].disks[0].name).toBe("two");
    expect(listed.body.items[`zones/${zone}`].disks[0].name).toBe("data");
  });
});

describe("faults", () => {
  test("tell the two kinds of 403 apart by the reason", async () => {
    emulator.faults.exceedRate({ method: "snapshots.list" });
    expect(reasonOf(await list())).toBe("403 rateLimitExceeded");
    emulator.rules.deny("compute.snapshots.list");
    const refused = await list();
    expect(reasonOf(refused)).toBe("403 forbidden");
    expect(refused.body.error.message).toContain("'compute.snapshots.list'");
  });

  test("cut the connection before or after the work", async () => {
    emulator.faults.cut({ method: "snapshots.insert" });
    await expect(insert("s1")).rejects.toThrow();
    expect(emulator.store.snapshots(project)).toEqual([]);
    emulator.faults.loseAnswer({ method: "snapshots.insert", name: "s1" });
    await expect(insert("s1")).rejects.toThrow();
    expect(emulator.store.snapshots(project)).toHaveLength(1);
  });

  test("let an operation fail although HTTP says 200", async () => {
    emulator.faults.failOperation({ method: "snapshots.insert" }, { code: "INTERNAL_ERROR" });
    const { status } = await insert("s1");
    expect(status).toBe(200);
    expect(emulator.store.snapshots(project)).toEqual([]);
  });
});

test("what Google does not describe fails the test", async () => {
  const strict = await startGceEmulator();
  const answer = await fetch(`${strict.url}/compute/v1/projects/emulated-project/global/snapshots`, {
    method: "POST",
    body: JSON.stringify({ name: "s1", colour: "green" }),
  });
  expect(answer.status).toBe(400);
  await expect(strict.close()).rejects.toThrow("colour is not described");
});

test("Google's SDK lists what is there, page by page", async () => {
  await insertReady("s1", "s2", "s3");
  const authClient = new OAuth2Client({ credentials: { access_token: "not-a-real-token" } });
  authClient.setCredentials({ access_token: "not-a-real-token", expiry_date: Date.now() + 3_600_000 });
  const { port } = new URL(emulator.url);
  const client = new SnapshotsClient({ apiEndpoint: "127.0.0.1", port: Number(port), protocol: "http", authClient });
  const names: unknown[] = [];
  for await (const { name, sourceDiskId } of client.listAsync({ project }, { timeout: 5000 })) {
    expect(sourceDiskId).toBe(emulator.store.disk(disk).id);
    names.push(name);
  }
  expect(names).toEqual(["s1", "s2", "s3"]);
  await client.close();
});
