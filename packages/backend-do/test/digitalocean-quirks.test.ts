import { HOLD_LABEL, MARKS_LABEL, SCHEDULE_LABEL, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import {
  type DigitalOceanEmulator,
  EMULATOR_TOKEN,
  startDigitalOceanEmulator,
} from "@k8s-snapshots/emulator-digitalocean";
import { beforeEach, describe, expect, test } from "vitest";
import { createBackend } from "../src/index.ts";
import { type Account, labels, location, openAccount } from "./account.ts";

let cloud: DigitalOceanEmulator;
let backend: SnapshotBackend;
let volume: string;
let request: Account["request"];
let list: Account["list"];

beforeEach(async () => {
  ({ cloud, backend, volume, request, list } = await openAccount());
});

describe("the scope tag:read", () => {
  test("is missed before a list without tags counts: each snapshot would look like a stranger's", async () => {
    await backend.createSnapshot(request());
    cloud.scopes.deny("tag:read");
    await expect(list()).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining("tag:read") });
  });

  test("costs no request where a tag is seen", async () => {
    await backend.createSnapshot(request());
    await list();
    expect(cloud.requests.list({ operation: "tags_list" })).toEqual([]);
  });

  test("costs one where nothing is there yet", async () => {
    expect(await list()).toEqual([]);
    expect(cloud.requests.list({ operation: "tags_list" })).toHaveLength(1);
  });
});

describe("the check", () => {
  const firstDetail = async () => (await backend.checkAccess(location)).checks[0]?.detail;

  test("says whose token it is", async () => {
    expect(await firstDetail()).toBe("The token is of the account nobody@example.com.");
  });

  test("finds nothing missing where the token may not read its account, and says how it could", async () => {
    cloud.scopes.deny("account:read");
    const { checks } = await backend.checkAccess(location);
    expect(checks[0]?.detail).toContain("with the scope account:read");
    expect(checks.filter(({ status }) => status !== "granted")).toEqual([]);
  });
});

describe("a creation", () => {
  test("is one request, and leaves no tag of its own in the account", async () => {
    await backend.createSnapshot(request({ idempotencyKey: "first" }));
    const tags = cloud.storage.tags.names;
    await backend.createSnapshot(request({ idempotencyKey: "second" }));
    expect(cloud.requests.list()).toHaveLength(2);
    expect(cloud.storage.tags.names).toEqual(tags);
  });

  test("puts its marks into the name, and leaves no tag of them in the account", async () => {
    const marks = "1-t5k2ab-10-0-lq3k9x2-8f3a2b1c-r";
    const marked = { ...labels, [SCHEDULE_LABEL]: "PT1H P1D", [MARKS_LABEL]: marks };
    const { id } = await backend.createSnapshot(request({ labels: marked }));
    expect(cloud.storage.tags.names.join()).not.toContain(marks);
    expect(cloud.storage.snapshot(id).name).toContain(marks);
    expect(await list()).toMatchObject([{ id, labels: marked }]);
  });

  test("that may have been made is found by its key, though its marks are others now", async () => {
    const first = await backend.createSnapshot(request({ labels: { ...labels, [MARKS_LABEL]: "1-a" } }));
    const again = request({ labels: { ...labels, [MARKS_LABEL]: "1-b" }, mayExist: true });
    expect(await backend.createSnapshot(again)).toMatchObject({ id: first.id, labels: { [MARKS_LABEL]: "1-a" } });
  });

  test("that may have been made is looked for first, and not asked for again", async () => {
    const first = await backend.createSnapshot(request());
    expect((await backend.createSnapshot(request({ mayExist: true }))).id).toBe(first.id);
    expect(cloud.requests.list({ operation: "volumeSnapshots_create" })).toHaveLength(1);
  });

  test("whose name is taken by an earlier try finds what that one made, though nobody said so", async () => {
    const first = await backend.createSnapshot(request());
    expect((await backend.createSnapshot(request())).id).toBe(first.id);
    expect(cloud.storage.snapshots).toHaveLength(1);
  });

  test("that is refused because something else goes on with the volume may be tried again", async () => {
    cloud.faults.answer({ operation: "volumeSnapshots_create" }, { status: 409 });
    await expect(backend.createSnapshot(request())).rejects.toMatchObject({ code: "in-use", retryable: true });
  });

  test("sooner than ten minutes after the last one waits for them", async () => {
    const quick = await startDigitalOceanEmulator();
    const { id } = quick.storage.createVolume({ name: "data", region: "fra1" });
    const environment = { DIGITALOCEAN_ACCESS_TOKEN: EMULATOR_TOKEN, DIGITALOCEAN_API_URL: quick.url };
    const impatient = await createBackend({ environment });
    await impatient.createSnapshot({ ...request({ idempotencyKey: "a" }), disk: { location, id } });
    const second = impatient.createSnapshot({ ...request({ idempotencyKey: "b" }), disk: { location, id } });
    await expect(second).rejects.toMatchObject({ code: "throttled", retryAfterMs: 600_000 });
    await quick.close();
  });

  test("do-1: beyond 25 snapshots, others' among them, is a limit of that disk, in DigitalOcean's words", async () => {
    for (let count = 1; count <= 12; count++) cloud.storage.createSnapshot(volume, { name: `by-hand-${count}` });
    for (let count = 13; count <= 25; count++) await backend.createSnapshot(request({ idempotencyKey: `${count}` }));
    const one = backend.createSnapshot(request({ idempotencyKey: "too-many" }));
    await expect(one).rejects.toMatchObject({
      code: "limit-reached",
      scope: "disk",
      retryable: false,
      message: expect.stringContaining('HTTP status 403, "volume snapshot limit exceeded"'),
    });
    const others: string[] = [];
    const onOther = (diskId: string): void => void others.push(diskId);
    const own = await Array.fromAsync(backend.listSnapshots({ location, labels, onOther }));
    expect([own.length, others.length]).toEqual([13, 12]);
    expect(backend.capabilities.maxSnapshotsPerDisk).toBe(25);
  });

  test("do-1: goes on where one was deleted to make room", async () => {
    const made = [];
    for (let count = 1; count <= 25; count++) {
      made.push(await backend.createSnapshot(request({ idempotencyKey: `${count}` })));
    }
    const [oldest = { id: "" }] = made;
    await backend.deleteSnapshot({ id: oldest.id, location });
    await backend.createSnapshot(request({ idempotencyKey: "next" }));
    expect(await list()).toHaveLength(25);
  });
});

describe("an id", () => {
  test.each(["", ".", ".."])("that would lead to another path, as %j, is refused without a request", async (id) => {
    const invalid = { code: "invalid" };
    await expect(backend.deleteSnapshot({ id, location })).rejects.toMatchObject(invalid);
    await expect(backend.readSnapshot?.({ id, location })).rejects.toMatchObject(invalid);
    await expect(backend.createSnapshot(request({ disk: { location, id } }))).rejects.toMatchObject(invalid);
    expect(cloud.requests.list()).toEqual([]);
  });

  test("is one segment of a path, whatever it is made of", async () => {
    await backend.deleteSnapshot({ id: "../volumes?name=data&region=fra1#", location });
    expect(cloud.requests.list()).toMatchObject([{ operation: "volumeSnapshots_delete_byId", query: {} }]);
  });
});

describe("a list", () => {
  test("counts the Python daemon's snapshots, and those of volumes that are gone", async () => {
    const { id } = cloud.storage.createSnapshot(volume, {
      name: "pvc-data-011126-000000",
      tags: ["created-by:k8s-snapshots"],
    });
    cloud.storage.createSnapshot(volume, { name: "by-hand", tags: ["created-by:someone"] });
    cloud.storage.deleteVolume(volume);
    expect((await list()).map((snapshot) => [snapshot.id, snapshot.diskId])).toEqual([[id, volume]]);
  });

  test("leaves out snapshots of Droplets, whatever was asked for", async () => {
    await backend.createSnapshot(request());
    cloud.faults.changePage({ operation: "snapshots_list" }, (page) => {
      const [one] = page["snapshots"] as object[];
      return { ...page, snapshots: [{ ...one, resource_type: "droplet", resource_id: "6372321" }] };
    });
    expect(await list()).toEqual([]);
  });

  test("is read again where a snapshot goes while it is read", async () => {
    const small = await startDigitalOceanEmulator({ pageSize: 2, snapshotIntervalMs: 0 });
    const { id } = small.storage.createVolume({ name: "data", region: "fra1" });
    for (const name of ["a", "b", "c"]) small.storage.createSnapshot(id, { name, tags: ["created-by:k8s-snapshots"] });
    const environment = { DIGITALOCEAN_ACCESS_TOKEN: EMULATOR_TOKEN, DIGITALOCEAN_API_URL: small.url };
    const snapshots = (await createBackend({ environment }))
      .listSnapshots({ location, labels })
      [Symbol.asyncIterator]();
    const first = await snapshots.next();
    small.storage.deleteSnapshot(first.value.id);
    await snapshots.next();
    await expect(snapshots.next()).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await small.close();
  });
});

describe("labels that are set later", () => {
  const hold = { [HOLD_LABEL]: "true" };

  test("are tags in the capitals of the account", async () => {
    const { id } = await backend.createSnapshot(request());
    cloud.storage.tags.enter(["K8s-Snapshots_Hold:True"]);
    await backend.setSnapshotLabels?.({ id, location }, hold);
    expect(cloud.storage.snapshot(id).tags).toEqual(["created-by:k8s-snapshots", "K8s-Snapshots_Hold:True"]);
    expect(await backend.readSnapshot?.({ id, location })).toMatchObject({ labels: { ...labels, ...hold } });
  });

  test("take the place of those that people set, and of long ones in pieces", async () => {
    const { id } = await backend.createSnapshot(request({ labels: { ...labels, notes: "A".repeat(128) } }));
    cloud.storage.tag(id, "k8s-snapshots_hold");
    await backend.setSnapshotLabels?.({ id, location }, { [HOLD_LABEL]: "false", notes: "none" });
    const tags = ["created-by:k8s-snapshots", "k8s-snapshots_hold:false", "notes:none"];
    expect(cloud.storage.snapshot(id).tags).toEqual(tags);
  });

  test("cost one request where they are there already", async () => {
    const { id } = await backend.createSnapshot(request());
    await backend.setSnapshotLabels?.({ id, location }, labels);
    expect(cloud.requests.list()).toHaveLength(2);
  });

  test("leave a hold there if the token may not take its tag away", async () => {
    const { id } = await backend.createSnapshot(request({ labels: { ...labels, ...hold } }));
    cloud.scopes.deny("tag:delete");
    const setting = backend.setSnapshotLabels?.({ id, location }, { [HOLD_LABEL]: "false" });
    await expect(setting).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining("tag:delete") });
    expect(await backend.readSnapshot?.({ id, location })).toMatchObject({ labels: hold });
  });

  test("cannot be marks, which are in the name", async () => {
    const snapshot = await backend.createSnapshot(request({ labels: { ...labels, [MARKS_LABEL]: "1-a" } }));
    await backend.setSnapshotLabels?.(snapshot, { [MARKS_LABEL]: "1-a" });
    await expect(backend.setSnapshotLabels?.(snapshot, { [MARKS_LABEL]: "1-b" })).rejects.toMatchObject({
      code: "invalid",
      scope: "snapshot",
    });
  });
});

describe("a snapshot that cannot be understood", () => {
  test.each([
    ["has no volume", { resource_id: "" }, { diskId: "", labels }],
    ["has no name", { name: undefined }, { labels }],
    ["has no date", { created_at: "soon" }, { labels }],
    ["has tags that are none", { tags: [7] }, { labels: {} }],
  ])("because it %s is listed as unknown, and the others as they are", async (_, fields, expected) => {
    await backend.createSnapshot(request());
    cloud.faults.changePage({ operation: "snapshots_list" }, (page) => {
      const [one] = page["snapshots"] as object[];
      const odd = { ...one, id: "odd", ...fields };
      return { ...page, snapshots: [odd, one], meta: { total: 2 } };
    });
    const listed = await Array.fromAsync(backend.listSnapshots({ location, labels }));
    expect(listed).toMatchObject([{ id: "odd", state: "unknown", ...expected }, { state: "ready" }]);
  });
});

test("snapshots of others are counted for their volume, those of Droplets are not", async () => {
  cloud.storage.createSnapshot(volume, { name: "by-hand" });
  await backend.createSnapshot(request());
  const others: string[] = [];
  const onOther = (diskId: string): void => void others.push(diskId);
  expect(await Array.fromAsync(backend.listSnapshots({ location, labels, onOther }))).toHaveLength(1);
  expect(others).toEqual([volume]);
});

describe("answers-1: an answer that was deformed on the way", () => {
  const change = (fields: object) =>
    cloud.faults.changePage({ operation: "snapshots_list" }, (page) => {
      const [one] = page["snapshots"] as object[];
      return { ...page, snapshots: [{ ...one, ...fields }] };
    });

  test.each([[undefined], [7], ["volumes"]])(
    "with the resource type %j hides no snapshot: it is listed as unknown",
    async (resource_type) => {
      const { id } = await backend.createSnapshot(request());
      change({ resource_type });
      expect(await list()).toMatchObject([{ id, state: "unknown" }]);
    },
  );

  test.each([[1e308], [-1]])("with a size of %d GiB says no size", async (size_gigabytes) => {
    await backend.createSnapshot(request());
    change({ size_gigabytes });
    const [snapshot] = await list();
    expect(snapshot).not.toHaveProperty("sizeBytes");
  });
});
