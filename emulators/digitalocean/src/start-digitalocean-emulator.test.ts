import { expect, it } from "vitest";
import { type Answer, open, request } from "../test/open-emulator.ts";
import { EMULATOR_TOKEN, startDigitalOceanEmulator } from "./start-digitalocean-emulator.ts";

const nobody = "00000000-0000-0000-0000-000000000000";

it("makes, shows, lists and deletes snapshots of a volume", async () => {
  const { send } = await open({ snapshotIntervalMs: 0 });
  const { volume } = (await send("POST", "/v2/volumes", { name: "data", region: "fra1", size_gigabytes: 10 })).body;
  const path = `/v2/volumes/${volume.id}/snapshots`;
  const made = await send("POST", path, { name: "first", tags: ["a:b"] });
  expect(made.status).toBe(201);
  expect(made.body.snapshot).toMatchObject({
    resource_id: volume.id,
    regions: ["fra1"],
    min_disk_size: 10,
    tags: ["a:b"],
  });
  const { id } = made.body.snapshot;
  for (const each of ["/v2/snapshots?resource_type=volume", path]) {
    expect((await send("GET", each)).body).toMatchObject({ snapshots: [{ id }], links: {}, meta: { total: 1 } });
  }
  expect((await send("GET", "/v2/volumes?name=123")).body.volumes).toEqual([]);
  expect((await send("GET", "/v2/snapshots?resource_type=droplet")).body.meta.total).toBe(0);
  expect((await send("GET", `/v2/volumes/snapshots/${id}`)).body.snapshot.id).toBe(id);
  expect((await send("DELETE", `/v2/volumes/snapshots/${id}`)).status).toBe(204);
  expect((await send("DELETE", `/v2/volumes/snapshots/${id}`)).status).toBe(404);
});

it("makes a volume of a snapshot, in its region and not smaller", async () => {
  const { send, cloud } = await open();
  const { id } = cloud.storage.createVolume({ name: "data", region: "fra1", sizeGigabytes: 10 });
  cloud.storage.volume(id).content = "what was there";
  const snapshot = cloud.storage.createSnapshot(id, { name: "first" });
  cloud.storage.deleteVolume(id);
  const form = { name: "restored", region: "fra1", size_gigabytes: 10, snapshot_id: snapshot.id };
  expect((await send("POST", "/v2/volumes", { ...form, region: "nyc3" })).status).toBe(422);
  expect((await send("POST", "/v2/volumes", { ...form, size_gigabytes: 9 })).status).toBe(422);
  const { volume } = (await send("POST", "/v2/volumes", form)).body;
  expect(cloud.storage.volume(volume.id).content).toBe("what was there");
  expect((await send("POST", "/v2/volumes", form)).status).toBe(409);
});

it("dates its answers by its clock, refusals too", async () => {
  const now = Date.UTC(2026, 10, 24);
  const cloud = await startDigitalOceanEmulator({ now: () => now });
  const refusal = await fetch(`${cloud.url}/v2/snapshots`);
  const answer = await fetch(`${cloud.url}/v2/snapshots`, { headers: { authorization: `Bearer ${EMULATOR_TOKEN}` } });
  for (const { headers } of [refusal, answer]) expect(headers.get("date")).toBe("Tue, 24 Nov 2026 00:00:00 GMT");
  await cloud.close();
});

it("pages, with links and the whole count", async () => {
  const { send, cloud } = await open();
  for (const name of ["a", "b", "c"]) cloud.storage.createVolume({ name, region: "fra1" });
  const first = (await send("GET", "/v2/volumes?per_page=2")).body;
  expect(first).toMatchObject({ volumes: [{ name: "a" }, { name: "b" }], meta: { total: 3 } });
  expect(first.links.pages).toEqual({
    next: `${cloud.url}/v2/volumes?per_page=2&page=2`,
    last: `${cloud.url}/v2/volumes?per_page=2&page=2`,
  });
  const second = (await send("GET", "/v2/volumes?per_page=2&page=2")).body;
  expect(second).toMatchObject({ volumes: [{ name: "c" }], meta: { total: 3 } });
  expect(Object.keys(second.links.pages)).toEqual(["first", "prev"]);
});

it("refuses the 26th snapshot of a volume, and a second one within ten minutes", async () => {
  let now = Date.UTC(2026, 0, 1);
  const { send, cloud } = await open({ now: () => now });
  const { id } = cloud.storage.createVolume({ name: "data", region: "fra1" });
  const create = (name: string): Promise<Answer> => send("POST", `/v2/volumes/${id}/snapshots`, { name });
  for (let count = 1; count <= 25; count++) {
    expect((await create(`s-${count}`)).status).toBe(201);
    expect((await create("too-soon")).body.message).toContain(count < 25 ? "10m0s" : "limit exceeded");
    now += 600_000;
  }
  expect((await create("one-too-many")).status).toBe(403);
});

it("takes a name once for each volume, until its snapshot is deleted", async () => {
  const { send, cloud } = await open({ snapshotIntervalMs: 0 });
  const [one, other] = ["one", "other"].map((name) => cloud.storage.createVolume({ name, region: "fra1" }).id);
  const create = (id: string | undefined): Promise<Answer> =>
    send("POST", `/v2/volumes/${id}/snapshots`, { name: "s" });
  const { id } = (await create(one)).body.snapshot;
  expect(await create(one)).toMatchObject({ status: 409, body: { id: "conflict" } });
  expect((await create(other)).status).toBe(201);
  cloud.storage.deleteSnapshot(id);
  expect((await create(one)).status).toBe(201);
});

it("keeps the capitals with which a tag was first used, and the tag when nothing carries it", async () => {
  const { send, cloud } = await open();
  const volume = cloud.storage.createVolume({ name: "data", region: "fra1", tags: ["PROD"] });
  const other = cloud.storage.createVolume({ name: "other", region: "fra1", tags: ["prod"] });
  expect((await send("GET", `/v2/volumes/${other.id}`)).body.volume.tags).toEqual(["PROD"]);
  expect((await send("GET", "/v2/tags/prod")).status).toBe(404);
  expect((await send("GET", "/v2/tags/PROD")).body.tag.resources.volumes.count).toBe(2);
  const resources = [volume, other].map(({ id }) => ({ resource_id: id, resource_type: "volume" }));
  expect((await send("DELETE", "/v2/tags/PROD/resources", { resources })).status).toBe(204);
  expect((await send("GET", "/v2/tags")).body.tags).toMatchObject([{ name: "PROD", resources: { count: 0 } }]);
  expect((await send("POST", "/v2/tags/PROD/resources", { resources })).status).toBe(204);
  expect((await send("DELETE", "/v2/tags/PROD")).status).toBe(204);
  expect((await send("GET", `/v2/volumes/${other.id}`)).body.volume.tags).toEqual([]);
});

it("refuses tags that the vendor would", async () => {
  const { send, cloud } = await open();
  const { id } = cloud.storage.createVolume({ name: "data", region: "fra1" });
  for (const tag of ["a b", "a/b", "", "x".repeat(256)]) {
    expect((await send("POST", `/v2/volumes/${id}/snapshots`, { name: "s", tags: [tag] })).status).toBe(422);
  }
});

it("refuses unknown tokens with 401 and missing scopes with 403, and hides tags without tag:read", async () => {
  const { send, cloud } = await open();
  const { id } = cloud.storage.createVolume({ name: "data", region: "fra1", tags: ["a"] });
  cloud.scopes.deny("tag:read");
  expect((await send("GET", "/v2/tags")).status).toBe(403);
  cloud.scopes.deny("block_storage_snapshot:create");
  expect((await send("GET", `/v2/volumes/${id}`)).body.volume.tags).toBeNull();
  expect((await send("POST", `/v2/volumes/${nobody}/snapshots`, { name: "s" })).status).toBe(403);
  cloud.scopes.revoke(EMULATOR_TOKEN);
  const refused = await send("GET", "/v2/volumes");
  expect(refused).toMatchObject({ status: 401, body: { id: "unauthorized" } });
  expect(refused.headers.get("ratelimit-limit")).toBe("5000");
});

it("takes scopes from one of several tokens", async () => {
  const { cloud } = await open({ tokens: ["full", "narrow"] });
  cloud.scopes.deny("block_storage:read", "narrow");
  expect((await request(cloud, "GET", "/v2/volumes", undefined, "full")).status).toBe(200);
  expect(await request(cloud, "GET", "/v2/volumes", undefined, "narrow")).toMatchObject({
    status: 403,
    body: { id: "forbidden" },
  });
});

it("tags no more than what is there, of the type that it is", async () => {
  const { send, cloud } = await open();
  const { id } = cloud.storage.createVolume({ name: "data", region: "fra1" });
  expect((await send("POST", "/v2/tags", { name: "a" })).status).toBe(201);
  const assign = async (resource_type: string, resource_id: string): Promise<number> =>
    (await send("POST", "/v2/tags/a/resources", { resources: [{ resource_id, resource_type }] })).status;
  expect(await assign("volume_snapshot", id)).toBe(404);
  expect(await assign("droplet", id)).toBe(404);
  expect(await assign("volume", nobody)).toBe(404);
  expect(cloud.storage.volume(id).tags).toEqual([]);
  expect(await assign("volume", id)).toBe(204);
  expect(cloud.storage.volume(id).tags).toEqual(["a"]);
});

it("tells watchers of each change of a snapshot", async () => {
  const { cloud } = await open();
  const seen: (readonly string[])[] = [];
  cloud.storage.watch(({ tags }) => void seen.push(tags));
  const { id } = cloud.storage.createSnapshot(cloud.storage.createVolume({ name: "data", region: "fra1" }).id, {
    name: "s",
  });
  cloud.storage.tag(id, "a");
  cloud.storage.untag(id, "a");
  expect(seen).toEqual([[], ["a"], []]);
});

it("shows the account, and knows nothing that the description lacks", async () => {
  const { send } = await open();
  expect((await send("GET", "/v2/account")).body.account.status).toBe("active");
  expect(await send("GET", "/v2/droplets")).toMatchObject({ status: 404, body: { id: "not_found" } });
});

it("counts requests, and refuses those beyond the rate until the oldest are a minute old", async () => {
  let now = Date.UTC(2026, 0, 1);
  const { send } = await open({ now: () => now, rateLimits: { perHour: 10, perMinute: 2 } });
  expect((await send("GET", "/v2/volumes")).headers.get("ratelimit-remaining")).toBe("1");
  now += 20_000;
  await send("GET", "/v2/volumes");
  const refused = await send("GET", "/v2/volumes");
  expect(refused).toMatchObject({ status: 429, body: { id: "too_many_requests" } });
  expect(refused.headers.get("retry-after")).toBe("40");
  expect(refused.headers.get("ratelimit-reset")).toBe(String(Date.UTC(2026, 0, 1, 1) / 1000));
  now += 40_000;
  expect((await send("GET", "/v2/volumes")).status).toBe(200);
});

it.each([
  ["a field", "POST", "/v2/volumes", { name: "a", region: "fra1", size_gigabytes: 1, colour: "red" }, "colour"],
  ["a type", "POST", "/v2/volumes", { name: "a", region: "fra1", size_gigabytes: "1" }, "size_gigabytes"],
  ["a parameter", "GET", "/v2/snapshots?tag=a", undefined, "tag"],
  ["a parameter's value", "GET", "/v2/snapshots?per_page=201", undefined, "per_page"],
  ["a parameter's type", "GET", "/v2/snapshots?page=first", undefined, "page"],
  ["a region", "GET", "/v2/volumes?region=mars1", undefined, "region"],
  ["a value", "GET", "/v2/volumes", undefined, "/volumes/0/tags/0"],
])("fails the test for %s that is not described", async (what, method, path, body, mentions) => {
  const cloud = await startDigitalOceanEmulator();
  if (what === "a value") cloud.storage.createVolume({ name: "data", region: "fra1" }).tags.push(7 as never);
  await request(cloud, method, path, body);
  await expect(cloud.close()).rejects.toThrow(mentions);
});
