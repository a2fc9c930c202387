import { inspect } from "node:util";
import { type BackendError, HOLD_LABEL, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import { expect, test } from "vitest";
import { startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { createBackend } from "../src/index.ts";

const location = "a-project";
const labels = { "created-by": "k8s-snapshots" };
const sound = {
  name: "data",
  creationTimestamp: "2026-11-24T00:00:00Z",
  sourceDisk: "projects/a-project/zones/europe-west1-b/disks/data",
  sourceDiskId: "1",
  status: "READY",
  storageBytes: "7",
  labels,
  labelFingerprint: "a",
};

test.each([
  ["no labels", { labels: undefined }],
  ["labels that are none", { labels: ["a"] }],
  ["a label of ours that is no text", { labels: { "created-by": 7 } }],
  ["a hold that is no text", { labels: { ...labels, "k8s-snapshots_hold": true } }],
])("answers-1: a snapshot that is listed with %s may be held: it is unknown", async (_, fields) => {
  expect(await list({ ...sound, ...fields })).toMatchObject([{ id: "data", state: "unknown" }]);
});

test.each([
  ["whose value is no text", { "k8s-snapshots_hold": true }],
  ["that JavaScript loses", JSON.parse('{ "__proto__": "a" }')],
])("answers-1: labels are not replaced where there is one %s: it would go", async (_, present) => {
  const { backend, requests } = await open(200, { ...sound, labels: present });
  const setting = backend.setSnapshotLabels?.({ id: "data", location }, { "created-by": "k8s-snapshots" });
  await expect(setting).rejects.toMatchObject({ code: "unexpected" });
  expect(requests).toHaveLength(1);
});

test("answers-1: a snapshot without labels is read as it is", async () => {
  const { labels: _, ...bare } = sound;
  const { backend } = await open(200, bare);
  expect(await backend.readSnapshot?.({ id: "data", location })).toMatchObject({ state: "ready", labels: {} });
});

test.each(["__proto__", "__defineGetter__", "constructor"])(
  "answers-1: a field that is called %s hides no snapshot",
  async (key) => {
    const odd = JSON.parse(JSON.stringify({ ...sound, KEY: {} }).replace("KEY", key));
    expect(await list(odd)).toMatchObject([{ id: "data", state: "ready" }]);
  },
);

test.each(["constructor", "toString", "__proto__"])("answers-1: %s is no state, and no code", async (word) => {
  expect(await list({ ...sound, status: word })).toMatchObject([{ state: "unknown" }]);
  const { backend } = await open(418, { error: { errors: [{ reason: word }] } });
  await expect(backend.readSnapshot?.({ id: "data", location })).rejects.toMatchObject({ code: "invalid" });
});

test("answers-1: another snapshot than the one asked for is neither read nor labelled", async () => {
  const { backend, requests } = await open(200, sound);
  const snapshot = { id: "another", location };
  await expect(backend.readSnapshot?.(snapshot)).rejects.toMatchObject({ code: "unexpected" });
  const holding = backend.setSnapshotLabels?.(snapshot, { [HOLD_LABEL]: "true" });
  await expect(holding).rejects.toMatchObject({ code: "unexpected" });
  expect(requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test.each([
  ["as a reason", 400, { error: { errors: [{ reason: "ya29.secret" }] } }],
  ["behind an underscore", 400, { error: { message: "token_ya29.secret" } }],
  ["as a field that makes no sense", 200, { ...sound, name: "ya29.secret" }],
])("answers-1: a token that comes back %s is in no error", async (_, status, body) => {
  const { backend } = await open(status, body);
  const error = await backend.readSnapshot?.({ id: "data", location }).catch((reason: BackendError) => reason);
  expect(error).toBeInstanceOf(Error);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("secret");
});

async function list(item: object): Promise<unknown> {
  const { backend } = await open(200, { kind: "compute#snapshotList", items: [item] });
  return Array.fromAsync(backend.listSnapshots({ location, labels }));
}

async function open(
  status: number,
  body: object,
): Promise<{ backend: SnapshotBackend; requests: readonly { method: string | undefined }[] }> {
  const { url, requests } = await startLoopbackServer((_, response) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
  );
  const environment = { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: url, GCLOUD_PROJECT: location };
  return { backend: await createBackend({ environment }), requests };
}
