import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { claim, volume, widgetDefinition } from "../emulators/kubernetes/test/suite/objects.ts";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { writeKubeconfig } from "./harness/kubeconfig.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { startKubeApiserver } from "./harness/start-kube-apiserver.ts";

const { kubectl, kubernetes } = inject("programs");
const run = promisify(execFile);

/** A server, and a kubeconfig file for its administrator. */
interface Cluster {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

describe.skipIf(kubectl === undefined)("kubectl against the emulator", () => kubectlSuite(startEmulator));

describe.skipIf(kubectl === undefined || kubernetes === undefined)("kubectl against a real kube-apiserver", () =>
  kubectlSuite(async () => {
    const server = await startKubeApiserver(kubernetes as KubernetesBinaries);
    return { kubeconfig: await server.kubeconfig(), stop: () => server.stop() };
  }),
);

async function startEmulator(): Promise<Cluster> {
  const emulator = await startKubernetesEmulator();
  const folder = await mkdtemp(join(tmpdir(), "kubectl-"));
  const kubeconfig = join(folder, "kubeconfig.json");
  await writeKubeconfig(kubeconfig, { server: emulator.url, user: "anyone" });
  const stop = async (): Promise<void> => {
    await emulator.close();
    await removeFolder(folder);
  };
  return { kubeconfig, stop };
}

/** What people do with kubectl; the tests build on each other. */
function kubectlSuite(start: () => Promise<Cluster>): void {
  let cluster: Cluster;
  let folder: string;

  beforeAll(async () => {
    cluster = await start();
    folder = await mkdtemp(join(tmpdir(), "kubectl-files-"));
  });
  afterAll(async () => {
    await cluster?.stop();
    await removeFolder(folder);
  });

  async function call(...words: string[]): Promise<string> {
    const environment = { ...process.env, KUBECONFIG: cluster.kubeconfig, HOME: folder };
    const { stdout } = await run("kubectl", words, { env: environment, timeout: 300_000 });
    return stdout.trimEnd();
  }

  async function fileWith(object: object): Promise<string> {
    const file = join(folder, `${randomUUID()}.json`);
    await writeFile(file, JSON.stringify(object));
    return file;
  }

  test("create and apply, with and without validation", async () => {
    expect(await call("create", "-f", await fileWith(volume("disk")))).toBe("persistentvolume/disk created");
    const file = await fileWith(claim("data"));
    expect(await call("apply", "--validate=false", "-f", file)).toBe("persistentvolumeclaim/data created");
    expect(await call("apply", "-f", file)).toBe("persistentvolumeclaim/data unchanged");
    const labelled = { ...claim("data"), metadata: { name: "data", labels: { tier: "gold" } } };
    expect(await call("apply", "-f", await fileWith(labelled))).toBe("persistentvolumeclaim/data configured");
    expect(await call("apply", "-f", file)).toBe("persistentvolumeclaim/data configured");
    expect(await call("get", "pvc", "data", "-o", "jsonpath={.metadata.labels}")).toBe("");
  });

  test("annotate and label, change and remove", async () => {
    const key = "backup.kubernetes.io/deltas";
    const read = (): Promise<string> =>
      call("get", "pvc", "data", "-o", "jsonpath={.metadata.annotations.backup\\.kubernetes\\.io/deltas}");
    expect(await call("annotate", "pvc", "data", `${key}=PT1H P1D`)).toBe("persistentvolumeclaim/data annotated");
    expect(await read()).toBe("PT1H P1D");
    await call("annotate", "pvc", "data", `${key}=PT2H P1D`, "--overwrite");
    expect(await read()).toBe("PT2H P1D");
    await call("annotate", "pvc", "data", `${key}-`);
    expect(await read()).toBe("");
    expect(await call("label", "pv", "disk", "tier=gold")).toBe("persistentvolume/disk labeled");
    expect(await call("get", "pv", "-l", "tier=gold", "-o", "name")).toBe("persistentvolume/disk");
    expect(await call("get", "pv", "-l", "tier!=gold", "-o", "name")).toBe("");
  });

  test("patch, in each form, and of the status", async () => {
    const patched = "persistentvolumeclaim/data patched";
    expect(await call("patch", "pvc", "data", "-p", '{"spec":{"volumeName":"disk"}}')).toBe(patched);
    expect(await call("patch", "pvc", "data", "--type=merge", "-p", '{"metadata":{"labels":{"a":"b"}}}')).toBe(patched);
    const operation = '[{"op":"remove","path":"/metadata/labels/a"}]';
    expect(await call("patch", "pvc", "data", "--type=json", "-p", operation)).toBe(patched);
    const status = '{"status":{"phase":"Bound","capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"]}}';
    expect(await call("patch", "pvc", "data", "--subresource=status", "--type=merge", "-p", status)).toBe(patched);
  });

  test("get, as a table, wide, across namespaces, as YAML", async () => {
    const table = await call("get", "pvc");
    expect(table).toMatch(/^NAME +STATUS +VOLUME +CAPACITY +ACCESS MODES +STORAGECLASS +VOLUMEATTRIBUTESCLASS +AGE\n/);
    expect(table).toMatch(/\ndata +Bound +disk +1Gi +RWO +<unset> +\d+s$/);
    expect(await call("get", "pvc", "-o", "wide")).toMatch(/VOLUMEMODE\n.*Filesystem$/);
    expect(await call("get", "pvc,pv", "-A")).toMatch(/NAMESPACE[\s\S]*default +persistentvolumeclaim\/data/);
    expect(await call("get", "pv", "disk", "-o", "yaml")).toMatch(/^apiVersion: v1\nkind: PersistentVolume\n/);
    const watched = await call("get", "pv", "--watch", "--output-watch-events", "--request-timeout=1s");
    expect(watched).toMatch(/^EVENT +NAME[\s\S]*\nADDED +disk +1Gi/);
  });

  test("describe shows events", async () => {
    const uid = await call("get", "pvc", "data", "-o", "jsonpath={.metadata.uid}");
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "data.1" },
      involvedObject: { kind: "PersistentVolumeClaim", namespace: "default", name: "data", uid },
      reason: "SnapshotCreated",
      message: "snapshot taken",
      type: "Normal",
      source: { component: "k8s-snapshots" },
      firstTimestamp: new Date().toISOString().replace(/\.\d+Z/, "Z"),
      lastTimestamp: new Date().toISOString().replace(/\.\d+Z/, "Z"),
    };
    await call("create", "-f", await fileWith(event));
    const text = await call("describe", "pvc", "data");
    expect(text).toMatch(/^Name: +data\n[\s\S]*Status: +Bound\nVolume: +disk\n/);
    expect(text).toMatch(/Normal +SnapshotCreated +\S+ +k8s-snapshots +snapshot taken$/);
    expect(await call("get", "events")).toMatch(
      /Normal +SnapshotCreated +persistentvolumeclaim\/data +snapshot taken$/m,
    );
    expect(await call("describe", "pv", "disk")).toMatch(/Type: +HostPath[\s\S]*Events: +<none>$/);
  });

  test("a custom resource, by its short name and with its columns", async () => {
    await call("apply", "-f", await fileWith(widgetDefinition("example.org")));
    await call("wait", "--for=condition=Established", "crd/widgets.example.org", "--timeout=20s");
    const widget = { apiVersion: "example.org/v1", kind: "Widget", metadata: { name: "w" }, spec: { size: "XL" } };
    expect(await call("apply", "-f", await fileWith(widget))).toBe("widget.example.org/w created");
    const changed = { ...widget, spec: { size: "XS" } };
    expect(await call("apply", "-f", await fileWith(changed))).toBe("widget.example.org/w configured");
    expect(await call("get", "wi")).toMatch(/^NAME +SIZE +READY +LAST +AGE\nw +XS +\d+s$/);
    expect(await call("describe", "widget", "w")).toMatch(/Kind: +Widget[\s\S]*Size: +XS/);
  });

  test("delete waits until the object is gone", async () => {
    expect(await call("delete", "widget", "w")).toBe('widget.example.org "w" deleted');
    expect(await call("delete", "pvc/data", "pv/disk")).toBe(
      'persistentvolumeclaim "data" deleted\npersistentvolume "disk" deleted',
    );
    expect(await call("delete", "pv", "disk", "--ignore-not-found")).toBe("");
    await expect(call("get", "pv", "disk")).rejects.toThrow(
      'Error from server (NotFound): persistentvolumes "disk" not found',
    );
  });

  test("api-resources lists what is served", async () => {
    const names = await call("api-resources", "-o", "name", "--api-group=", "--no-headers");
    expect(names.split("\n")).toEqual(
      expect.arrayContaining(["persistentvolumes", "persistentvolumeclaims", "events"]),
    );
  });
}
