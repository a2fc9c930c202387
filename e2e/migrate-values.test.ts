import { execFile } from "node:child_process";
import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { type ChartObject, daemonOf, only, podOf, type Rendering, renderChart } from "./harness/chart.ts";
import { manifestFile } from "./harness/render-manifest.ts";
import { Helm } from "./harness/run-helm.ts";
import { built } from "./harness/start-daemon.ts";

const { kubectl, helm } = inject("programs");
const run = promisify(execFile);
const former = fileURLToPath(
  new URL("../apps/daemon/src/migrate/__fixtures__/former-deployment.yaml", import.meta.url),
);

/** A Deployment with a key file, a ConfigMap taken whole and a role, beside the fixture's own. */
const another = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "k8s-snapshots", namespace: "kube-system" },
  spec: {
    template: {
      metadata: { annotations: { "iam.amazonaws.com/role": "snapshots" } },
      spec: {
        priorityClassName: "system-cluster-critical",
        affinity: { nodeAffinity: {} },
        volumes: [{ name: "key", secret: { secretName: "gce" } }],
        containers: [
          {
            name: "k8s-snapshots",
            image: "elsdoerfer/k8s-snapshots:v2.0",
            envFrom: [{ secretRef: { name: "more" } }],
            env: [
              { name: "GCLOUD_PROJECT", value: "project-1" },
              { name: "GCLOUD_CREDENTIALS_FILE", value: "/etc/key/account.json" },
              { name: "SCHEDULE_HEARTBEAT_INTERVAL_SECONDS", value: "0" },
              { name: "HTTPS_PROXY", value: "http://proxy:3128" },
              { name: "NO_PROXY", value: "localhost,10.0.0.0/8" },
            ],
            volumeMounts: [{ name: "key", mountPath: "/etc/key" }],
          },
        ],
      },
    },
  },
};

describe.skipIf(kubectl === undefined || helm === undefined)("what migrate prints", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "migrate-values-"));
  });

  afterAll(() => removeFolder(folder));

  test.each(["the fixture", "another"])(
    "the chart takes the values of %s, and the kustomization says the same",
    async (which) => {
      const file = which === "another" ? join(folder, "deployment.json") : former;
      if (which === "another") await writeFile(file, JSON.stringify(another));
      const flags = ["--trusted-namespaces", "kube-system,shop"];
      const values = await migrate("--deployment", file, ...flags, "--output", "values");
      const byHelm = await renderChart(new Helm(helm as string, folder), folder, parse(values) as object);

      await copyFile(manifestFile, join(folder, "k8s-snapshots.yaml"));
      const kustomization = await migrate("--deployment", file, ...flags, "--output", "kustomization");
      await writeFile(join(folder, "kustomization.yaml"), kustomization);
      const { stdout } = await run(kubectl as string, ["kustomize", folder], { maxBuffer: 1 << 26 });
      const objects = parseAllDocuments(stdout).map((document) => document.toJS() as ChartObject);
      const byKustomize = { yaml: stdout, objects };

      expect(whatRuns(byKustomize)).toEqual(whatRuns(byHelm));
      expect(whatRuns(byHelm)).toMatchObject({ env: { TRUSTED_NAMESPACES: { value: "kube-system,shop" } } });
      expect(Object.keys(whatRuns(byHelm)["env"] as object).length).toBeGreaterThan(5);
    },
  );

  async function migrate(...words: string[]): Promise<string> {
    const env = { PATH: process.env["PATH"] ?? "" };
    return (await run(process.execPath, [built, "migrate", ...words], { env })).stdout;
  }
});

/** What of the pod comes from values. */
function whatRuns(rendering: Rendering): Readonly<Record<string, unknown>> {
  const { env = [], envFrom = [], volumeMounts = [] } = daemonOf(rendering);
  const { volumes = [], nodeSelector, tolerations, affinity, priorityClassName } = podOf(rendering);
  const { annotations } = only(rendering, "Deployment").spec.template.metadata;
  return {
    env: Object.fromEntries((env as { name: string }[]).map((variable) => [variable.name, variable])),
    envFrom,
    volumes,
    volumeMounts,
    nodeSelector,
    tolerations,
    affinity,
    priorityClassName,
    role: annotations["iam.amazonaws.com/role"],
  };
}
