import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { formerDefinition } from "./harness/former-definition.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { serviceAccount, TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl } = inject("programs");
const program = fileURLToPath(new URL("../apps/daemon/dist/main.js", import.meta.url));
const remedy = "k8s-snapshots crd | kubectl apply -f -";
const definition = "crd/snapshotrules.k8s-snapshots.elsdoerfer.com";

interface Report {
  readonly ok: boolean;
  readonly asked: { readonly user?: string };
  readonly kubernetes: {
    readonly permissions: readonly { readonly permission: string; readonly status: string }[];
    readonly definition: { readonly status: string; readonly detail: string };
  };
}

describe.skipIf(kubernetes === undefined || kubectl === undefined)("check, on a real kube-apiserver", () => {
  let folder: string;
  let cluster: TestCluster;
  let kubeconfig: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "check-"));
    cluster = await TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder);
    kubeconfig = await cluster.kubeconfigOfTheRole();
  });

  afterAll(async () => {
    await cluster?.stop();
    await removeFolder(folder);
  });

  test("the shipped role is granted all that is needed, and the shipped definition is the current one", async () => {
    await waitUntil(
      async () => (await check()).ok,
      () => "check did not find all granted within 30 s",
    );
    const { kubernetes, asked } = await check();
    expect(asked.user).toBe(serviceAccount);
    expect(kubernetes.permissions.map(({ permission }) => permission)).toEqual(await cluster.grantedToTheRole());
    expect(kubernetes.definition.status).toBe("current");
  });

  test("a right that is taken away is missing", async () => {
    const rule = JSON.stringify([{ op: "remove", path: "/rules/3" }]);
    await cluster.control("patch", "clusterrole", "k8s-snapshots", "--type=json", "-p", rule);
    const missing = async (): Promise<string[]> => {
      const { permissions } = (await check()).kubernetes;
      return permissions.filter(({ status }) => status === "missing").map(({ permission }) => permission);
    };
    await waitUntil(
      async () => (await missing()).length > 0,
      () => "no right was reported as missing",
    );
    expect(await missing()).toEqual(["patch snapshotrules/status"]);
  });

  test("a definition in which a field is missing is of another version", async () => {
    const path = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/deletionPolicy";
    await cluster.control("patch", definition, "--type=json", "-p", JSON.stringify([{ op: "remove", path }]));
    await untilDefinition("outdated", "differs in spec.deletionPolicy:");
  });

  test("no definition is reported, with the command that makes one", async () => {
    await cluster.control("delete", definition);
    await untilDefinition("absent", remedy);
  });

  test("the Python daemon's definition is of another version, and the command that is named replaces it", async () => {
    const file = join(folder, "former.json");
    await writeFile(file, JSON.stringify(formerDefinition));
    await cluster.control("create", "-f", file);
    await untilDefinition("outdated", `differs in spec, status: ${remedy}`);

    const { stdout } = await promisify(execFile)(process.execPath, [program, "crd"]);
    await writeFile(file, stdout);
    await cluster.control("apply", "-f", file);
    await untilDefinition("current", "");
  });

  /** The API server takes changes of definitions into its OpenAPI document a moment later. */
  async function untilDefinition(status: string, detail: string): Promise<void> {
    let found: Report["kubernetes"]["definition"] | undefined;
    const isFound = async (): Promise<boolean> => {
      found = (await check()).kubernetes.definition;
      return found.status === status && found.detail.includes(detail);
    };
    await waitUntil(isFound, () => `the definition was reported as ${JSON.stringify(found)}`);
  }

  /** The exit code has to say the same as the report. */
  async function check(): Promise<Report> {
    const args = [program, "check", "--output", "json", "--backends", "local"];
    const env = { PATH: process.env["PATH"] ?? "", KUBE_CONFIG_FILE: kubeconfig };
    const ended = await promisify(execFile)(process.execPath, args, { env }).then(
      ({ stdout }) => ({ stdout, code: 0 }),
      (error: { stdout: string; code: number }) => error,
    );
    const report = JSON.parse(ended.stdout) as Report;
    expect(ended.code).toBe(report.ok ? 0 : 1);
    return report;
  }
});
