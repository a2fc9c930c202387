import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { captureCommand } from "../../test/captured-command.ts";

const NOW = Date.UTC(2026, 0, 31, 12);
const HOUR = 3_600_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "migrate-clouds-"));
});

afterEach(() => removeFolder(folder));

it("Google: finds disks by name and zone, in-tree and CSI, and a regional one", async () => {
  const { disks, decisions } = await migrate(
    [
      volume("in-tree", { gcePersistentDisk: { pdName: "disk-a" } }, "PT1H P1D", zone("europe-west1-b")),
      volume("csi", csi("pd.csi.storage.gke.io", "projects/p/zones/europe-west1-b/disks/disk-b"), "PT1H P1D"),
      volume(
        "regional",
        { gcePersistentDisk: { pdName: "disk-c" } },
        "PT1H P1D",
        zone("europe-west1-b__europe-west1-c"),
      ),
      rule("named", { backend: "google", disk: { name: "disk-d", zone: "europe-west1-b" } }),
    ],
    [
      ofGoogle("a-1", "zones/europe-west1-b/disks/disk-a"),
      ofGoogle("b-1", "zones/europe-west1-b/disks/disk-b"),
      ofGoogle("c-1", "regions/europe-west1/disks/disk-c"),
      ofGoogle("d-1", "zones/europe-west1-b/disks/disk-d"),
      ofGoogle("other-zone", "zones/europe-west1-c/disks/disk-a"),
      { ...ofGoogle("by-hand", "zones/europe-west1-b/disks/disk-a"), labels: {} },
    ],
  );
  expect(decisions).toEqual([]);
  expect(disks.map(({ rule: id, snapshots }) => [id, snapshots.map((one) => one.id)])).toEqual([
    ["PersistentVolume/csi", ["b-1"]],
    ["PersistentVolume/in-tree", ["a-1"]],
    ["PersistentVolume/regional", ["c-1"]],
    ["SnapshotRule/kube-system/named", ["d-1"]],
    [null, ["other-zone"]],
  ]);
});

it("Google: says that an interval below ten minutes is stretched", async () => {
  const handle = "projects/p/zones/europe-west1-b/disks/disk-a";
  const { changes, code } = await migrate([volume("csi", csi("pd.csi.storage.gke.io", handle), "PT1M PT1H")], []);
  expect(changes).toContainEqual({
    about: "PersistentVolume/csi",
    what: expect.stringContaining("shorter than allowed"),
  });
  expect(code).toBe(0);
});

it("DigitalOcean: deltas that need more than 25 snapshots are to be decided", async () => {
  const id = "506f78a4-e098-11e5-ad9f-000f53306ae1";
  const { decisions, disks, code } = await migrate(
    [volume("do", csi("dobs.csi.digitalocean.com", id), "PT1H P1D P7D")],
    [
      { id: "1", created_at: at(1), resource_id: id, tags: ["created-by:k8s-snapshots"] },
      { id: "2", created_at: at(2), resource_id: id, tags: [] },
    ],
  );
  expect(decisions).toEqual([
    expect.objectContaining({ about: "PersistentVolume/do", problem: expect.stringContaining("needs up to 33") }),
  ]);
  expect(disks).toMatchObject([{ unlabelled: 1, snapshots: [{ id: "1", fate: "kept" }] }]);
  expect(code).toBe(1);
});

it("DigitalOcean: a volume by its name cannot be looked up from files", async () => {
  const { decisions } = await migrate([rule("named", { backend: "digitalocean", disk: { volumeName: "data" } })], []);
  expect(decisions).toEqual([
    expect.objectContaining({
      problem: expect.stringContaining("only files are read: let the command read the cluster"),
    }),
  ]);
});

it("AWS: a volume whose region nothing says is to be decided, as the Python daemon went on for ever", async () => {
  const source = { awsElasticBlockStore: { volumeID: "vol-049df61146c4d7901" } };
  // What reads files asks nobody, not even the machine that it runs on.
  await using metadata = await listen();
  const { decisions } = await migrate([volume("aws", source, "P1D P7D")], [], {
    AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url,
  });
  expect(metadata.asked()).toBe(0);
  expect(decisions).toEqual([
    expect.objectContaining({
      about: "PersistentVolume/aws",
      problem: expect.stringContaining("cannot determine the region"),
    }),
  ]);
});

it("ours: an array of {id, createdAt} is of the one disk that has a rule, and of no several", async () => {
  const source = (id: string): object => ({ awsElasticBlockStore: { volumeID: `aws://eu-west-1a/${id}` } });
  const one = volume("one", source("vol-049df61146c4d7901"), "P1D P7D");
  const bare = [{ id: "a", createdAt: at(1) }];
  expect((await migrate([one], bare)).disks).toMatchObject([{ snapshots: [{ id: "a", fate: "kept" }] }]);
  const two = volume("two", source("vol-049df61146c4d7902"), "P1D P7D");
  await expect(migrate([one, two], bare)).rejects.toThrow("a does not say its disk, and 2 disks have rules");
});

it("months beside days: says that the Python daemon failed with them", async () => {
  const source = { awsElasticBlockStore: { volumeID: "aws://eu-west-1a/vol-049df61146c4d7901" } };
  const { changes } = await migrate([volume("aws", source, "P1D P1M")], []);
  expect(changes).toEqual([
    { about: "PersistentVolume/aws", what: expect.stringContaining("on the calendar, in UTC") },
  ]);
});

it("of many disks shows the first few whole, and a line for each of the others", async () => {
  const numbers = Array.from({ length: 22 }, (_, index) => `${index + 10}`);
  const objects = numbers.map((number) => {
    const volumeID = `aws://eu-west-1a/vol-049df61146c4d79${number}`;
    return volume(`pv-${number}`, { awsElasticBlockStore: { volumeID } }, "P1D P7D");
  });
  const listed = [{ id: "a", createdAt: at(1), disk: "vol-049df61146c4d7931" }];
  const files = await write(objects, listed);
  const { output } = await captureCommand(["migrate", ...files]);
  expect(output).toMatch(/^ {2}PersistentVolume\/pv-29 \(P1D P7D\): aws eu-west-1 \S+$/m);
  expect(output).toMatch(/^ {2}PersistentVolume\/pv-30: 0 taken over: 0 stay, 0 go$/m);
  expect(output).toMatch(/^ {2}PersistentVolume\/pv-31: 1 taken over: 1 stay, 0 go$/m);
  expect(output).toContain("Of 1 snapshot 1 stay, 0 go, 0 are left alone. Nothing is in the way.");
});

interface Answer {
  readonly code: number;
  readonly decisions: readonly object[];
  readonly changes: readonly object[];
  readonly disks: readonly { readonly rule: string | null; readonly snapshots: readonly { readonly id: string }[] }[];
}

async function migrate(
  objects: readonly object[],
  snapshots: readonly object[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const files = await write(objects, snapshots);
  const { code, output, errors } = await captureCommand(["migrate", ...files, "--output", "json"], environment);
  if (output === "") throw new Error(errors);
  return { code, ...(JSON.parse(output) as Omit<Answer, "code">) };
}

/** @returns the words that name the files */
async function write(objects: readonly object[], snapshots: readonly object[]): Promise<readonly string[]> {
  const rules = join(folder, "rules.json");
  const listed = join(folder, "snapshots.json");
  await writeFile(rules, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  await writeFile(listed, JSON.stringify(snapshots));
  return ["--rules", rules, "--snapshots", listed, "--now", new Date(NOW).toISOString()];
}

async function listen(): Promise<AsyncDisposable & { readonly url: string; readonly asked: () => number }> {
  let asked = 0;
  const server = createServer((_, response) => {
    asked++;
    response.end("eu-west-1");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function volume(name: string, source: object, deltas: string, labels: object = {}): object {
  const annotations = { "backup.kubernetes.io/deltas": deltas };
  return { apiVersion: "v1", kind: "PersistentVolume", metadata: { name, annotations, labels }, spec: source };
}

function rule(name: string, spec: object): object {
  const metadata = { name, namespace: "kube-system" };
  return {
    apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
    kind: "SnapshotRule",
    metadata,
    spec: { deltas: "PT1H P1D", ...spec },
  };
}

function csi(driver: string, volumeHandle: string): object {
  return { csi: { driver, volumeHandle } };
}

function zone(value: string): object {
  return { "failure-domain.beta.kubernetes.io/zone": value };
}

function ofGoogle(name: string, disk: string): object {
  const sourceDisk = `https://www.googleapis.com/compute/v1/projects/p/${disk}`;
  return { name, sourceDisk, status: "READY", creationTimestamp: at(1), labels: { "created-by": "k8s-snapshots" } };
}

function at(hours: number): string {
  return new Date(NOW - hours * HOUR).toISOString();
}
