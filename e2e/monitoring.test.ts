import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type KubernetesEmulator, startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { claim, volume } from "../emulators/kubernetes/test/suite/objects.ts";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { writeKubeconfig } from "./harness/kubeconfig.ts";
import { Daemon } from "./harness/start-daemon.ts";
import { type Prometheus, startPrometheus } from "./harness/start-prometheus.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { prometheus: program } = inject("programs");
const run = promisify(execFile);
const deploy = fileURLToPath(new URL("../deploy/monitoring", import.meta.url));
const docs = fileURLToPath(new URL("../docs", import.meta.url));

interface Alerts {
  readonly spec: { readonly groups: readonly { readonly rules: readonly Alert[] }[] };
}

interface Alert {
  readonly alert: string;
  readonly expr: string;
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const { spec } = parse(await readFile(join(deploy, "alerts.yaml"), "utf8")) as Alerts;
const alerts = spec.groups.flatMap(({ rules }) => rules);
const dashboard = JSON.parse(await readFile(join(deploy, "dashboard.json"), "utf8")) as Dashboard;

test("each alert has a section in the troubleshooting guide, and each such section an alert", async () => {
  const guide = await readFile(join(docs, "troubleshooting.md"), "utf8");
  const sections = [...guide.matchAll(/^### (K8sSnapshots\w+)$/gm)].map(([, name]) => name);
  expect(sections.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
});

test("what alerts and dashboard ask for is a metric of the reference", async () => {
  const reference = await readFile(join(docs, "reference/metrics.md"), "utf8");
  const expressions = [...alerts, ...dashboard.panels.flatMap(({ targets }) => targets)].map(({ expr }) => expr);
  const asked = new Set(expressions.flatMap((expr) => expr.match(/\bk8s_snapshots_\w+/g) ?? []));
  for (const name of asked) expect(reference).toContain(`\`${name.replace(/_bucket$/, "")}\``);
});

describe.skipIf(program === undefined)("in a real Prometheus", () => {
  let folder: string;
  let cluster: KubernetesEmulator;
  let daemon: Daemon;
  let prometheus: Prometheus;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "monitoring-"));
    for (const name of ["data", "snapshots", "prometheus"]) await mkdir(join(folder, name));
    cluster = await startKubernetesEmulator();
    const bound = cluster.store.create("persistentvolumeclaims", {
      ...claim("data"),
      metadata: { name: "data", namespace: "default", annotations: { "backup.kubernetes.io/deltas": "PT1S PT10S" } },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1Gi" } },
        volumeName: "pv-data",
      },
    });
    cluster.store.create("persistentvolumes", {
      ...volume("pv-data"),
      spec: {
        capacity: { storage: "1Gi" },
        accessModes: ["ReadWriteOnce"],
        hostPath: { path: join(folder, "data") },
        claimRef: { namespace: "default", name: "data", uid: bound.metadata.uid },
      },
    });
    const kubeconfig = join(folder, "kubeconfig.json");
    await writeKubeconfig(kubeconfig, { server: cluster.url, user: "anyone" });
    daemon = new Daemon({
      KUBE_CONFIG_FILE: kubeconfig,
      BACKENDS: "local",
      LOCAL_SNAPSHOT_DIRECTORY: join(folder, "snapshots"),
      LOCAL_ROOTS: folder,
    });
    const port = (): number | undefined =>
      (daemon.log.find(({ event }) => event === "daemon.started") as { port?: number } | undefined)?.port;
    await waitUntil(
      async () => port() !== undefined,
      () => daemon.lastWords,
    );
    prometheus = await startPrometheus(program as string, `127.0.0.1:${port()}`, join(folder, "prometheus"));
    const isScraped = async (): Promise<boolean> =>
      (await prometheus.query("increase(k8s_snapshots_snapshots_created_total[1m]) > 0")).length > 0;
    await waitUntil(isScraped, () => daemon.lastWords);
  });

  afterAll(async () => {
    await prometheus?.stop();
    await daemon?.stop();
    await cluster?.close();
    await removeFolder(folder);
  });

  test("the alerts fire when they should, and not otherwise", async () => {
    await writeFile(join(folder, "rules.yaml"), JSON.stringify(spec));
    await copyFile(join(deploy, "alerts.test.yaml"), join(folder, "alerts.test.yaml"));
    await run("promtool", ["check", "rules", join(folder, "rules.yaml")]);
    await run("promtool", ["test", "rules", join(folder, "alerts.test.yaml")]);
  });

  test.each(alerts.map(({ alert, expr }) => [alert, expr]))("%s is quiet where all is well", async (_, expr) => {
    expect(await prometheus.query(expr)).toEqual([]);
  });

  // Where nothing fails there is nothing to show.
  const quiet =
    /errors_total|deletions_refused|rule_problems|late_after|!="protected"|k8s_snapshots_deferrals|_deleted_total/;
  const expressions = dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [title, expr] as const),
  );
  test.each(expressions)("the dashboard's %s is understood, and shows something: %s", async (_, expr) => {
    const series = await prometheus.query(expr);
    if (!quiet.test(expr)) expect(series).not.toEqual([]);
  });
});
