import { inspect } from "node:util";
import type { BackendError, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { expect, test } from "vitest";
import { startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { createBackend } from "../src/index.ts";
import { labels, location } from "./account.ts";

const token = "dop_v1_not-a-real-token";
const volume = "fbe805e8-866b-11e6-96bf-000f53315a41";
const other = {
  id: "another",
  name: "data",
  created_at: "2026-11-24T00:00:00Z",
  resource_id: "another-volume",
  resource_type: "volume",
  tags: ["k8s-snapshots_hold:true"],
};

test("answers-1: another snapshot than the one asked for is not read, nor are its tags taken away", async () => {
  const { backend, requests } = await open(JSON.stringify({ snapshot: other }));
  const snapshot = { id: "a", location };
  await expect(backend.readSnapshot?.(snapshot)).rejects.toMatchObject({ code: "unexpected", scope: "snapshot" });
  const release = backend.setSnapshotLabels?.(snapshot, { "k8s-snapshots/hold": "false" });
  await expect(release).rejects.toMatchObject({ code: "unexpected" });
  expect(requests.filter(({ method }) => method !== "GET")).toEqual([]);
});

test("answers-1: a creation that is answered with another volume's snapshot is in doubt", async () => {
  const { backend } = await open(JSON.stringify({ snapshot: other }));
  await expect(create(backend)).rejects.toMatchObject({ code: "unexpected", outcome: "unknown" });
});

test("answers-1: another volume's snapshot is not what an earlier try made", async () => {
  const name = "data-2c70e12b7a"; // The hash is of the key.
  const { backend, requests } = await open(
    JSON.stringify({
      snapshots: [{ ...other, name }],
      snapshot: { ...other, resource_id: volume },
      meta: { total: 1 },
    }),
  );
  await create(backend, true);
  expect(requests.map(({ method }) => method)).toEqual(["GET", "POST"]);
});

test.each([
  ["in an id that makes no sense", 200, { snapshot: { id: token } }],
  ["escaped, in a message", 400, { message: "TOKEN" }],
])("answers-1: a token that comes back %s is in no error", async (_, status, body) => {
  const escaped = [...token].map((each) => `\\u00${each.charCodeAt(0).toString(16)}`).join("");
  const { backend } = await open(JSON.stringify(body).replace("TOKEN", escaped), status);
  const error = await create(backend).catch((reason: BackendError) => reason);
  expect(error).toMatchObject({ code: status === 200 ? "unexpected" : "invalid" });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(token);
});

async function open(body: string, status = 200) {
  const { url, requests } = await startLoopbackServer((_, response) => response.writeHead(status).end(body));
  const environment = { DIGITALOCEAN_ACCESS_TOKEN: token, DIGITALOCEAN_API_URL: url };
  return { backend: await createBackend({ environment }), requests };
}

function create(backend: SnapshotBackend, mayExist = false): Promise<unknown> {
  const disk = { location, id: volume };
  return backend.createSnapshot({ disk, name: "data", description: "", labels, idempotencyKey: "key", mayExist });
}
