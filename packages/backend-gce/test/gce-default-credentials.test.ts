import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type LoopbackServer, startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { temporaryFolder } from "../../../test-support/temporary-folder.ts";
import { setProxy, startTunnelProxy } from "../../../test-support/tunnel-proxy.ts";
import { ComputeCaller } from "../src/compute-caller.ts";
import { createComputeApi } from "../src/compute-client.ts";
import { parseGceConfig } from "../src/gce-config.ts";
import { createOwnProject } from "../src/gce-project.ts";
import { createBackend } from "../src/index.ts";

const project = "a-project";
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = {
  type: "service_account",
  project_id: project,
  client_email: "snapshots@a-project.iam.example.com",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
};

beforeEach(async () => {
  // A home without credentials, and no gcloud to ask for them: what the machine has is not for tests.
  const home = await temporaryFolder();
  vi.stubEnv("HOME", home);
  vi.stubEnv("PATH", home);
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", undefined);
});

afterEach(() => vi.unstubAllEnvs());

test("without any credentials it is unauthenticated, and says how to give some", async () => {
  vi.stubEnv("METADATA_SERVER_DETECTION", "none");
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  onTestFinished(() => void process.off("unhandledRejection", unhandled));
  await expect(list({})).rejects.toMatchObject({
    code: "unauthenticated",
    outcome: "not-done",
    message: expect.stringContaining("none were found"),
  });
  expect(unhandled).not.toHaveBeenCalled();
});

test("the metadata server gives the token where nothing else does", async () => {
  const asked = await startMetadataServer();
  const { url, tunnels } = await startTunnelProxy();
  setProxy("HTTPS_PROXY", url);
  vi.stubEnv("NO_PROXY", "127.0.0.1");
  await expect(list({})).rejects.toMatchObject({ code: "unavailable" });
  expect(asked.requests.map(({ path }) => path)).toContainEqual(
    expect.stringContaining("/computeMetadata/v1/instance/service-accounts/default/token"),
  );
  expect(tunnels).toEqual(["compute.googleapis.com:443"]);
});

test("a metadata server that never answers is an error within the time limit", async () => {
  const server = await startLoopbackServer(() => {});
  const environment = {
    GCE_METADATA_HOST: new URL(server.url).host,
    METADATA_SERVER_DETECTION: "assume-present",
    HTTPS_PROXY: "",
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const caller = new ComputeCaller(() => createComputeApi(parseGceConfig(environment)), { credentialsMs: 100 });
  const call = caller.call("compute.snapshots.list", undefined, (api, how) =>
    api.listSnapshots({ project, maxResults: 1 }, how),
  );
  await expect(call).rejects.toMatchObject({
    code: "unavailable",
    outcome: "not-done",
    message: expect.stringContaining("no answer within 0.1 s"),
  });
});

test("the metadata server is asked by IPv6 alone, too", async () => {
  const asked = await startMetadataServer("::1");
  const { url, tunnels } = await startTunnelProxy();
  setProxy("HTTPS_PROXY", url);
  vi.stubEnv("NO_PROXY", "[::1]");
  await expect(list({})).rejects.toMatchObject({ code: "unavailable" });
  expect(asked.requests.map(({ path }) => path)).toContainEqual(expect.stringContaining("/default/token"));
  expect(tunnels).toEqual(["compute.googleapis.com:443"]);
  const ownProject = createOwnProject(asked.url);
  expect(await ownProject()).toBe(project);
});

test.each([
  ["the key says so", { GCLOUD_CREDENTIALS_FILE: JSON.stringify({ ...key, universe_domain: "example.goog" }) }],
  ["the settings do", { GCLOUD_CREDENTIALS_FILE: JSON.stringify(key), GOOGLE_CLOUD_UNIVERSE_DOMAIN: "example.goog" }],
])("Compute Engine is asked in the universe of the credentials, where %s", async (_, environment) => {
  const { url, tunnels } = await startTunnelProxy();
  setProxy("HTTPS_PROXY", url);
  await expect(list(environment)).rejects.toMatchObject({ code: "unavailable" });
  expect(tunnels).toEqual(["compute.example.goog:443"]);
});

test("another endpoint is asked with a key of another universe, signed by that key", async () => {
  const server = await startLoopbackServer((__, response) => response.end('{"kind": "compute#snapshotList"}'));
  await list({
    GOOGLE_COMPUTE_CUSTOM_ENDPOINT: server.url,
    GCLOUD_CREDENTIALS_FILE: JSON.stringify({ ...key, universe_domain: "example.goog" }),
  });
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([expect.stringMatching(/^Bearer ey/)]);
});

async function list(environment: Record<string, string>): Promise<void> {
  const backend = await createBackend({ environment });
  await Array.fromAsync(backend.listSnapshots({ location: project, labels: { "created-by": "k8s-snapshots" } }));
}

async function startMetadataServer(host: "127.0.0.1" | "::1" = "127.0.0.1"): Promise<LoopbackServer> {
  const server = await startLoopbackServer(
    ({ path = "" }, response) => {
      response.writeHead(200, { "metadata-flavor": "Google", "content-type": "application/json" });
      if (path.endsWith("/project-id")) return response.end(project);
      response.end(
        path.includes("/token") ? '{"access_token": "a", "expires_in": 3600, "token_type": "Bearer"}' : "{}",
      );
    },
    { host },
  );
  vi.stubEnv("GCE_METADATA_HOST", new URL(server.url).host);
  vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
  return server;
}
