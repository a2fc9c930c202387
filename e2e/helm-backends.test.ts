import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { volume } from "../emulators/kubernetes/test/suite/objects.ts";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { only, renderChart } from "./harness/chart.ts";
import { writeKubeconfig } from "./harness/kubeconfig.ts";
import { npm } from "./harness/packed-packages.ts";
import { Container, type PodContainer, runToItsEnd } from "./harness/run-container.ts";
import { Helm } from "./harness/run-helm.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { helm: program, image } = inject("programs");

/** What the image was built on, and what the chart installs packages with. */
const nodeImage = "docker.io/library/node:24-slim";
const hasNode = await promisify(execFile)("podman", ["image", "exists", nodeImage]).then(
  () => true,
  () => false,
);

const manifest = {
  apiVersion: 2,
  name: "acme",
  volumes: { sources: ["hostPath"] },
  settings: [],
  diskSchema: { type: "object", properties: {} },
};

/** Says which variable reached it, in the words in which the daemon reports a factory that fails. */
const source = `
export const manifest = ${JSON.stringify(manifest)};
export const createBackend = ({ environment }) => { throw new Error(\`ACME_URL is \${environment.ACME_URL}\`); };
`;

interface PodSpec {
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly initContainers: readonly (PodContainer & {
    readonly volumeMounts: readonly { readonly mountPath: string }[];
  })[];
  readonly containers: readonly (PodContainer & {
    readonly volumeMounts: readonly { readonly mountPath: string; readonly subPath: string }[];
  })[];
}

/** The containers of the chart's pod, run in turn with a folder for the volume: there is no kubelet here. */
describe.skipIf(program === undefined || image === undefined || !hasNode)("a backend of others, by the chart", () => {
  let folder: string;
  let helm: Helm;
  let kubernetes: KubernetesEmulator;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "helm-backends-"));
    await chmod(folder, 0o755);
    helm = new Helm(program as string, folder);
    kubernetes = await startKubernetesEmulator();
    kubernetes.store.create("persistentvolumes", {
      ...volume("data"),
      metadata: { name: "data", annotations: { "backup.kubernetes.io/deltas": "PT1H P1D" } },
      spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/data" } },
    });
    await mkdir(join(folder, "package"));
    await writeFile(
      join(folder, "package", "package.json"),
      JSON.stringify({ name: "backend-acme", version: "0.1.0", type: "module", exports: "./index.js" }),
    );
    await writeFile(join(folder, "package", "index.js"), source);
    await npm(join(folder, "package"), "pack", "--pack-destination", folder);
  });

  afterAll(async () => {
    await kubernetes?.close();
    await removeFolder(folder);
  });

  test("is installed from its package by an init container, and used by the daemon", async () => {
    const packages = ["/packages/backend-acme-0.1.0.tgz"];
    await expectUsed({ packages, image: nodeImage }, { "/packages": folder });
  });

  test("is copied from an image that has it, and used by the daemon", async () => {
    const place = join(folder, "prebuilt");
    await npm(folder, "install", "--prefix", place, join(folder, "backend-acme-0.1.0.tgz"));
    // The folder stands for what such an image has.
    const values = { prebuiltImage: nodeImage, prebuiltPath: "/prebuilt/node_modules" };
    await expectUsed(values, { "/prebuilt": place });
  });

  async function expectUsed(extraBackends: object, folders: Readonly<Record<string, string>>): Promise<void> {
    const values = {
      settings: { backends: ["backend-acme"] },
      extraBackends,
      extraEnv: [{ name: "ACME_URL", value: "https://acme.example.com" }],
    };
    const pod = only(await renderChart(helm, folder, values), "Deployment").spec.template.spec as PodSpec;
    const emptyDir = await mkdtemp(join(folder, "volume-"));
    await chmod(emptyDir, 0o777);
    const [first] = pod.initContainers;
    const { runAsUser, runAsGroup } = pod.securityContext;
    const mountPath = first?.volumeMounts[0]?.mountPath as string;
    await runToItsEnd(first as PodContainer, `${runAsUser}:${runAsGroup}`, { ...folders, [mountPath]: emptyDir });

    const [daemon] = pod.containers;
    const [mount] = daemon?.volumeMounts ?? [];
    const kubeconfig = join(folder, "kubeconfig.json");
    await writeKubeconfig(kubeconfig, { server: kubernetes.url, user: "nobody" });
    await chmod(kubeconfig, 0o644);
    const environment = Object.fromEntries((daemon?.env ?? []).map(({ name, value }) => [name, value]));
    const container = await Container.start(
      image as string,
      { ...environment, HTTP_LISTEN: "127.0.0.1:0", PAGE_LISTEN: "", KUBE_CONFIG_FILE: "/config/kubeconfig.json" },
      { "/config": folder, [mount?.mountPath as string]: join(emptyDir, mount?.subPath as string) },
    );
    try {
      let log = "";
      const said = "backend acme cannot be used: ACME_URL is https://acme.example.com";
      await waitUntil(
        async () => {
          log = await container.log();
          return log.includes(said) || !(await container.isRunning());
        },
        () => `nothing is said:\n${log}`,
      );
      expect(log).toContain(said);
    } finally {
      await container.remove();
    }
  }
});
