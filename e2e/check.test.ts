import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl } = inject("programs");
const program = fileURLToPath(new URL("../apps/daemon/dist/main.js", import.meta.url));
const definition = "crd/snapshotrules.k8s-snapshots.elsdoerfer.com";

interface Report {
  readonly ok: boolean;
  readonly kubernetes: readonly { readonly what: string; readonly status: string; readonly detail: string }[];
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
    await rm(folder, { recursive: true, force: true });
  });

  test("the shipped role is granted all that is needed, and the shipped definition is the current one", async () => {
    await waitUntil(
      async () => (await check()).ok,
      30_000,
      () => "check did not find all granted within 30 s",
    );
    const { kubernetes } = await check();
    expect(kubernetes.map(({ what }) => what)).toEqual([
      ...(await cluster.grantedToTheRole()),
      "definition of SnapshotRules",
    ]);
  });

  test("a right that is taken away is missing", async () => {
    const rule = JSON.stringify([{ op: "remove", path: "/rules/2" }]);
    await cluster.control("patch", "clusterrole", "k8s-snapshots", "--type=json", "-p", rule);
    const isMissing = async (): Promise<boolean> => (await statusOf("patch snapshotrules/status")) === "missing";
    await waitUntil(isMissing, 30_000, () => "the right was not reported as missing");
    expect((await check()).ok).toBe(false);
  });

  test("a definition of another version is, too, with the fields", async () => {
    const path = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/deletionPolicy";
    await cluster.control("patch", definition, "--type=json", "-p", JSON.stringify([{ op: "remove", path }]));
    const detail = async (): Promise<string | undefined> => {
      return (await check()).kubernetes.find(({ what }) => what === "definition of SnapshotRules")?.detail;
    };
    const isReported = async (): Promise<boolean> =>
      (await detail())?.includes("differs in spec.deletionPolicy") === true;
    await waitUntil(isReported, 30_000, () => "the definition was not reported as outdated");
  });

  test("no definition is, too", async () => {
    await cluster.control("delete", definition);
    const isMissing = async (): Promise<boolean> => {
      const { kubernetes } = await check();
      return kubernetes.some(
        ({ what, detail }) => what.startsWith("definition") && detail.startsWith("annotations work"),
      );
    };
    await waitUntil(isMissing, 30_000, () => "the definition was not reported as absent");
  });

  async function statusOf(wanted: string): Promise<string | undefined> {
    return (await check()).kubernetes.find(({ what }) => what === wanted)?.status;
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
