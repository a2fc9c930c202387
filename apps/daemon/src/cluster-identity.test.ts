import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { captureCommand } from "../test/captured-command.ts";
import { clusterIdentity } from "./cluster-identity.ts";
import { startDemoCluster, writeKubeconfig } from "./demo/demo-cluster.ts";
import { parseSettings } from "./settings/settings.ts";

const answer = { request: async () => ({ metadata: { uid: "8f2a6c1e" } }) };
const silence = { request: async () => Promise.reject(new Error("nobody is to be asked")) };

it("is the uid of kube-system where nothing is set", async () => {
  expect(await clusterIdentity(parseSettings({}), answer)).toEqual({ cluster: "8f2a6c1e", formerClusters: [] });
});

it("is what the settings say, and then nobody is asked", async () => {
  const settings = parseSettings({ CLUSTER_ID: "prod", CLUSTER_ID_FORMER: "old,older" });
  expect(await clusterIdentity(settings, silence)).toEqual({ cluster: "prod", formerClusters: ["old", "older"] });
});

describe("a daemon that cannot read it", () => {
  let folder: string;
  let cluster: KubernetesEmulator;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "identity-"));
    cluster = await startDemoCluster([]);
  });

  afterEach(async () => {
    await cluster.close();
    await removeFolder(folder);
  });

  it("ends with 1 and one line that says what to do", async () => {
    cluster.rules.deny("get", "namespaces");
    const environment = { KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster), HTTP_LISTEN: "127.0.0.1:0" };
    const { code, errors } = await captureCommand(["run"], environment);
    expect(errors.trimEnd().split("\n")).toEqual([
      expect.stringMatching(
        /^k8s-snapshots: cannot read the namespace kube-system, .*forbidden.*; grant get on it, .* or set CLUSTER_ID$/,
      ),
    ]);
    expect(code).toBe(1);
    expect(cluster.requests.list().map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(["get namespaces"]);
  });

  it("says so as well where the API server does not answer", async () => {
    const environment = { KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster), HTTP_LISTEN: "127.0.0.1:0" };
    await cluster.close();
    const { code, errors } = await captureCommand(["run"], environment);
    expect(errors).toMatch(/ECONNREFUSED.*; set CLUSTER_ID, or correct the access to the cluster$/m);
    expect(code).toBe(1);
  });
});
