import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import type { BackendError, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { type GceEmulator, startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { ComputeCaller } from "../src/compute-caller.ts";
import { createComputeApi } from "../src/compute-client.ts";
import { parseGceConfig } from "../src/gce-config.ts";
import { createBackend } from "../src/index.ts";

const secret = "a-subject-token-that-nobody-may-see";
const project = "emulated-project";

let folder: string;
let cloud: GceEmulator;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gce-credentials-"));
  await writeFile(join(folder, "subject-token"), secret);
  cloud = await startGceEmulator();
});

afterEach(async () => {
  await cloud.close();
  await removeFolder(folder);
});

test("a token is fetched once for many calls", async () => {
  const { backend, asked } = await open((response) => {
    answer(response, 200, { access_token: "t", expires_in: 3600, token_type: "Bearer", issued_token_type: "x" });
  });
  await list(backend);
  await list(backend);
  expect(asked).toHaveLength(1);
});

test("the subject token is read from its file again when the access token runs out", async () => {
  const bodies: string[] = [];
  const { backend } = await open((response, body) => {
    bodies.push(body);
    answer(response, 200, { access_token: "t", expires_in: 1, token_type: "Bearer", issued_token_type: "x" });
  });
  await list(backend);
  await writeFile(join(folder, "subject-token"), "the-next-one");
  await list(backend);
  const tokens = bodies.map((body) => new URLSearchParams(body).get("subject_token"));
  expect([...new Set(tokens)]).toEqual([secret, "the-next-one"]);
});

test.each([
  [400, { error: "invalid_grant", error_description: secret }, "invalid_grant"],
  [401, { error: "unauthorized_client" }, "unauthorized_client"],
  [403, "<html>no</html>", "refuses"],
])("a token server that says %i makes it unauthenticated, and names what to set", async (status, body, says) => {
  const { backend } = await open((response) => answer(response, status, body));
  const error = await failure(list(backend));
  expect(error).toMatchObject({ code: "unauthenticated", retryable: false, outcome: "not-done" });
  for (const part of [says, ...variables]) expect(error.message).toContain(part);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret);
});

test.each([503])("a token server that says %i may say something else later", async (status) => {
  const { backend } = await open((response) => answer(response, status, {}));
  const error = await failure(list(backend));
  expect(error).toMatchObject({ code: "unavailable", retryable: true, outcome: "not-done" });
});

test("a token server that is silent is not waited for once the caller aborts", async () => {
  const { promise: reached, resolve } = Promise.withResolvers<void>();
  const { backend } = await open(() => resolve());
  const abort = new AbortController();
  const listing = list(backend, abort.signal);
  await reached;
  abort.abort();
  expect((await failure(listing)).code).toBe("aborted");
});

test("a token server that is silent is not waited for beyond the limit", async () => {
  const { environment } = await open(() => {});
  const caller = new ComputeCaller(() => createComputeApi(parseGceConfig(environment)), { credentialsMs: 100 });
  const call = caller.call("compute.snapshots.get", undefined, (api, how) =>
    api.getSnapshot({ project, snapshot: "a" }, how),
  );
  expect(await failure(call)).toMatchObject({ code: "unavailable", outcome: "not-done" });
  expect(cloud.requests.list()).toEqual([]);
});

test("a key that is damaged makes it unauthenticated", async () => {
  const key = { type: "service_account", client_email: "a@example.com", private_key: "damaged", project_id: project };
  const backend = await createBackend({
    environment: { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url, GCLOUD_CREDENTIALS_FILE: JSON.stringify(key) },
  });
  onTestFinished(() => backend.close?.());
  const error = await failure(list(backend));
  expect(error).toMatchObject({ code: "unauthenticated", outcome: "not-done" });
  expect(error.message).toContain("the key may be damaged");
});

const variables = [
  "GCLOUD_CREDENTIALS_FILE",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "GCLOUD_JSON_KEYFILE_STRING",
  "GCLOUD_JSON_KEYFILE_NAME",
];

/** A backend whose credentials are those of a workload, exchanged at a token server. */
async function open(answerToken: (response: ServerResponse, body: string) => void): Promise<{
  backend: SnapshotBackend;
  environment: Record<string, string>;
  asked: string[];
}> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    asked.push(String(request.url));
    answerToken(response, await text(request));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const credentials = {
    type: "external_account",
    audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b",
    subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
    token_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    credential_source: { file: join(folder, "subject-token") },
  };
  const environment = {
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url,
    GCLOUD_PROJECT: project,
    GCLOUD_CREDENTIALS_FILE: JSON.stringify(credentials),
  };
  const backend = await createBackend({ environment });
  onTestFinished(async () => {
    await backend.close?.();
    server.closeAllConnections();
    server.close();
  });
  return { backend, environment, asked };
}

function list(backend: SnapshotBackend, signal?: AbortSignal): Promise<unknown> {
  const request = { location: project, labels: { "created-by": "k8s-snapshots" } };
  return Array.fromAsync(backend.listSnapshots(request, signal && { signal }));
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": typeof body === "string" ? "text/html" : "application/json" });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

async function failure(call: Promise<unknown>): Promise<BackendError> {
  return call.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: BackendError) => error,
  );
}
