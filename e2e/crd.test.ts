import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  createKubernetesClient,
  createRuleSource,
  defaultRuleSettings,
  KubernetesApiError,
  type KubernetesClient,
  loadClusterAccess,
  type RuleSource,
  snapshotRuleDefinition,
} from "@k8s-snapshots/k8s-source";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { type KubeApiserver, startKubeApiserver } from "./harness/start-kube-apiserver.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl } = inject("programs");
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const snapshotRules = "/apis/k8s-snapshots.elsdoerfer.com/v1/namespaces/default/snapshotrules";

const status = {
  conditions: [
    {
      type: "Ready",
      status: "True",
      lastTransitionTime: "2026-11-23T21:00:00Z",
      reason: "UpToDate",
      message: "all is well",
    },
  ],
  lastSnapshotTime: "2026-11-23T21:00:00Z",
  nextSnapshotTime: "2099-11-24T21:00:00Z",
  snapshotCount: 4,
};

describe.skipIf(kubernetes === undefined)("SnapshotRules in a real kube-apiserver", () => {
  let server: KubeApiserver;
  let client: KubernetesClient;

  beforeAll(async () => {
    server = await startKubeApiserver(kubernetes as KubernetesBinaries);
    client = createKubernetesClient(await loadClusterAccess({ kubeconfigFiles: [await server.kubeconfig()] }));
    await client.request({ method: "POST", path: definitions, body: snapshotRuleDefinition });
    await waitUntil(
      () => isServed(client),
      () => "the definition was not established",
    );
  });

  afterAll(async () => {
    client?.[Symbol.dispose]();
    await server?.stop();
  });

  /** As `kubectl apply` does it, which refuses unknown fields. */
  const create = (name: string, spec: unknown): Promise<unknown> =>
    client.request({
      method: "POST",
      path: snapshotRules,
      query: { fieldValidation: "Strict" },
      body: {
        apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
        kind: "SnapshotRule",
        metadata: { name },
        ...(spec === undefined ? {} : { spec }),
      },
    });

  test("the definition has no fault that the API server would report", async () => {
    const found = await client.request({ path: `${definitions}/${snapshotRuleDefinition.metadata.name}` });
    const { conditions } = (found as { status: { conditions: { type: string; status: string }[] } }).status;
    const states = Object.fromEntries(conditions.map(({ type, status }) => [type, status]));
    expect(states).toMatchObject({ NamesAccepted: "True", Established: "True" });
    expect(states["NonStructuralSchema"] ?? "False").toBe("False");
  });

  test.each([
    [
      "seed-disk",
      { deltas: "P1D P30D", backend: "aws", disk: { region: "eu-west-1", volumeId: "vol-0aa6f44aad0daf9f2" } },
    ],
    ["seed-google", { deltas: "P1D P30D", backend: "google", disk: { name: "my-mysql-disk", zone: "europe-west1-c" } }],
    ["seed-claim", { deltas: "P1D P30D", persistentVolumeClaim: "datadir-mysql" }],
    ["extra-field", { deltas: "P1D P30D", persistentVolumeClaim: "datadir-mysql", owner: "team-a" }],
    ["needless-backend", { deltas: "P1D P30D", persistentVolume: "pv-1", backend: "aws" }],
    [
      "odd-deltas",
      { deltas: " P0.5D  PT168.5H\nP1Y2M3W4DT5H6M7.5S ", persistentVolume: "pv-1", deletionPolicy: "expire" },
    ],
  ])("%s is accepted and kept as it is", async (name, spec) => {
    expect(await create(name, spec)).toMatchObject({ spec });
  });

  const needsOne = "exactly one of persistentVolumeClaim, persistentVolume, or backend with disk is needed";
  const needsDurations = "write at least two ISO 8601 durations";
  test.each([
    ["no spec", undefined, "spec: Required value"],
    ["no deltas", { persistentVolumeClaim: "a" }, "spec.deltas: Required value"],
    ["one duration", { deltas: "P1D", persistentVolumeClaim: "a" }, needsDurations],
    ["no duration", { deltas: "", persistentVolumeClaim: "a" }, needsDurations],
    ["small letters", { deltas: "pt1h p1d", persistentVolumeClaim: "a" }, needsDurations],
    ["days after the T", { deltas: "PT1D P7D", persistentVolumeClaim: "a" }, needsDurations],
    ["empty durations", { deltas: "P PT", persistentVolumeClaim: "a" }, needsDurations],
    ["endless deltas", { deltas: "P1D ".repeat(251), persistentVolumeClaim: "a" }, "spec.deltas: Too long"],
    ["deltas as a list", { deltas: ["P1D", "P7D"], persistentVolumeClaim: "a" }, "spec.deltas: Invalid value"],
    ["no target", { deltas: "P1D P7D" }, needsOne],
    ["two targets", { deltas: "P1D P7D", persistentVolumeClaim: "a", persistentVolume: "b" }, needsOne],
    ["claim and disk", { deltas: "P1D P7D", persistentVolumeClaim: "a", backend: "aws", disk: {} }, needsOne],
    ["backend alone", { deltas: "P1D P7D", backend: "aws" }, needsOne],
    ["disk alone", { deltas: "P1D P7D", disk: { volumeId: "vol-1" } }, "disk needs backend beside it"],
    ["disk as text", { deltas: "P1D P7D", backend: "aws", disk: "vol-1" }, "spec.disk: Invalid value"],
    ["empty claim", { deltas: "P1D P7D", persistentVolumeClaim: "" }, "spec.persistentVolumeClaim: Invalid value"],
    [
      "unknown policy",
      { deltas: "P1D P7D", persistentVolumeClaim: "a", deletionPolicy: "drop" },
      "spec.deletionPolicy",
    ],
  ])("%s is refused, and told why", async (_, spec, why) => {
    const refusal = await create("refused", spec).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(KubernetesApiError);
    expect(refusal).toMatchObject({ status: 422, message: expect.stringContaining(why) as string });
  });

  test("the status has a door of its own", async () => {
    await create("shown", { deltas: "P1D P7D", persistentVolume: "pv-1" });
    const path = `${snapshotRules}/shown`;
    const contentType = "application/merge-patch+json";
    const body = { status, spec: { deltas: "no" } };
    await client.request({ method: "PATCH", path: `${path}/status`, contentType, body });
    expect(await client.request({ path })).toMatchObject({ spec: { deltas: "P1D P7D" }, status });
  });

  test.skipIf(kubectl === undefined)("kubectl get sr shows what the status says", async () => {
    const kubeconfig = await server.kubeconfig();
    const { stdout } = await promisify(execFile)("kubectl", ["--kubeconfig", kubeconfig, "get", "sr", "shown"]);
    const [header, row] = stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(header).toEqual(["NAME", "READY", "REASON", "CLAIM OR DISK", "DELTAS", "LAST", "NEXT", "KEPT", "AGE"]);
    const [name, ready, reason, volume, deltas, , next, kept] = row ?? [];
    expect([name, ready, reason, volume, deltas]).toEqual(["shown", "True", "UpToDate", "pv-1", "P1D P7D"]);
    expect([next, kept]).toEqual(["2099-11-24T21:00:00Z", "4"]);
    const all = await promisify(execFile)("kubectl", ["--kubeconfig", kubeconfig, "get", "sr"]);
    expect(all.stdout).toMatch(/^seed-claim .* datadir-mysql /m);
    expect(all.stdout).toMatch(/^seed-disk .* \{"region":"eu-west-1","volumeId":"vol-0aa6f44aad0daf9f2"\} /m);
  });

  test("the source sees them come and go", async () => {
    const source: RuleSource = createRuleSource({ client, settings: defaultRuleSettings("default") });
    const stop = new AbortController();
    const running = source.run(stop.signal);
    const ids = (): string[] => [...(source.current?.rules.keys() ?? [])];
    try {
      await waitUntil(
        async () => ids().includes("SnapshotRule/default/seed-disk"),
        () => "no first set",
      );
      await client.request({ method: "DELETE", path: `${snapshotRules}/seed-disk` });
      await waitUntil(
        async () => !ids().includes("SnapshotRule/default/seed-disk"),
        () => "no change",
      );
      expect(ids()).toContain("SnapshotRule/default/seed-google");
    } finally {
      stop.abort();
      await running;
    }
  });
});

async function isServed(client: KubernetesClient): Promise<boolean> {
  return client.request({ path: snapshotRules }).then(
    () => true,
    () => false,
  );
}
