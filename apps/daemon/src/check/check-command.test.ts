import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import type { KubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { afterEach, beforeEach, expect, it } from "vitest";
import { removeFolder } from "../../../../test-support/temporary-folder.ts";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";
import { startDemoCluster, writeKubeconfig } from "../demo/demo-cluster.ts";
import type { CheckResult } from "./run-check.ts";

let folder: string;
let cluster: KubernetesEmulator;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "check-"));
  const snapshots = join(folder, "snapshots");
  await mkdir(snapshots);
  cluster = await startDemoCluster([
    { name: "data", path: join(folder, "data"), deltas: "PT1H P1D", by: "annotation" },
  ]);
  environment = {
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    LOCAL_SNAPSHOT_DIRECTORY: snapshots,
    LOCAL_ROOTS: folder,
  };
});

afterEach(async () => {
  await cluster.close();
  await removeFolder(folder);
});

it("exits with 0 if nothing is missing", async () => {
  const { code, output } = await check();
  expect(output).toContain(`write ${folder}/snapshots`);
  expect(output).toMatch(
    /^Kubernetes {2}http:\/\/127\.0\.0\.1:\d+, context demo of \S+\n {2}✓ list persistentvolumes +to find the disks$/m,
  );
  expect(output).toContain("\n\nNothing is missing. Rules that work: 1. Exit code 0.\n");
  expect(code).toBe(0);
});

it("says beside its answer what it asks next, so that who does not answer is known", async () => {
  const { output, errors } = await check("--output", "json");
  expect(errors.split("\n")).toEqual([
    expect.stringMatching(`^Asking ${cluster.url}, context demo of .* \\.\\.\\.$`),
    "Reading its rules ...",
    "Asking local in local ...",
    "",
  ]);
  expect(JSON.parse(output)).toMatchObject({ ok: true });
});

it("names the TRUSTED_NAMESPACES that rules for disks would need", async () => {
  cluster.store.create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "team-a" } });
  cluster.store.create("snapshotrules.k8s-snapshots.elsdoerfer.com", {
    apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
    kind: "SnapshotRule",
    metadata: { name: "etcd", namespace: "team-a" },
    spec: { deltas: "PT1H P1D", backend: "local", disk: { path: folder } },
  });
  const { output, code } = await check();
  expect(output).toMatch(
    /^ {2}✗ 1 DiskNotAllowedInNamespace +no snapshots are taken\n {6}SnapshotRule\/team-a\/etcd: /m,
  );
  expect(output).toContain("\n      TRUSTED_NAMESPACES=kube-system,team-a\n");
  expect(code).toBe(1);
});

it("cli-2: asks the cluster that KUBECONFIG names, as kubectl would, by the context of --context", async () => {
  const { KUBE_CONFIG_FILE: file = "", ...others } = environment;
  const gone = join(folder, "gone");
  environment = { ...others, KUBECONFIG: [gone, relative(process.cwd(), file)].join(delimiter) };
  const { code, output } = await check("--context", "demo");
  expect(output).toContain(`Kubernetes  ${cluster.url}, context demo of ${gone}, ${file}`);
  expect(code).toBe(0);
  const other = await check("--context", "other");
  expect(other.errors).toContain('there is no context "other"; "kubectl config view" shows what there is');
  expect(other.code).toBe(1);
});

it("exits with 1 if a permission is missing, and names it", async () => {
  await rm(join(folder, "snapshots"), { recursive: true });
  const { code, output } = await check();
  expect(output).toMatch(/^local {2}local\n {2}✗ write \S+\s+missing\n {6}The file system says/m);
  expect(code).toBe(1);
});

it("exits with 1 if the cluster does not allow something, and says what it is for", async () => {
  cluster.rules.deny("patch", "events");
  const { code, output } = await check();
  expect(output).toMatch(/^ {2}✗ patch events +missing\n {6}to fold Events that repeat/m);
  expect(output).toContain("\n\nMissing: 1. Rules that work: 1. Exit code 1.\n");
  expect(code).toBe(1);
});

it("exits with 1 if the cluster's identity cannot be read, and says what to do; CLUSTER_ID is as good", async () => {
  cluster.rules.deny("get", "namespaces");
  const refused = await check();
  expect(refused.output).toMatch(/^ {2}✗ get namespaces kube-system +missing\n {6}to tell this cluster's snapshots/m);
  expect(refused.output).toMatch(
    /^ {2}\? identity of the cluster +unknown\n[^✓]*grant get on it,[^✓]*\sor\s+set\s+CLUSTER_ID/m,
  );
  expect(refused.code).toBe(1);

  environment = { ...environment, CLUSTER_ID: "home", CLUSTER_ID_FORMER: "old" };
  const named = await check();
  expect(named.output).toMatch(/^ {2}✓ identity of the cluster +home: CLUSTER_ID; takes over those of old$/m);
  expect(named.output).not.toContain("get namespaces");
  expect(named.code).toBe(0);
});

it("exits with 1 if SnapshotRules are defined otherwise, and names the fields and the remedy", async () => {
  const crd = "customresourcedefinitions.apiextensions.k8s.io";
  const name = "snapshotrules.k8s-snapshots.elsdoerfer.com";
  const definition = structuredClone(cluster.store.get(crd, { name })) as unknown as Definition;
  const schema = definition.spec.versions[0]?.schema.openAPIV3Schema;
  delete schema?.properties.spec.properties["deletionPolicy"];
  cluster.store.update(crd, definition);
  const outdated = await check();
  expect(outdated.output).toMatch(
    /✗ definition of SnapshotRules +outdated\n[^✓]*differs in\s+spec.deletionPolicy:\n {6}k8s-snapshots crd \| kubectl apply -f -$/m,
  );
  expect(outdated.code).toBe(1);

  cluster.store.delete(crd, { name });
  const absent = await check();
  expect(absent.output).toMatch(/✗ definition of SnapshotRules +absent\n {6}annotations work without it/);
  expect(absent.output).toContain(`write ${folder}/snapshots`);
  expect(absent.output).toContain("\n\nMissing: 1. Rules that work: 1. Exit code 1.\n");
  expect(absent.code).toBe(1);
});

it("cli-1: exits with 1 where a rule fails, and says which and why", async () => {
  const annotations = { "backup.kubernetes.io/deltas": "1d 7d" };
  const claim = cluster.store.get("persistentvolumeclaims", { namespace: "default", name: "data" });
  cluster.store.update("persistentvolumeclaims", { ...claim, metadata: { ...claim?.metadata, annotations } } as never);
  const { code, output } = await check();
  expect(output).toMatch(
    /^ {2}✗ 1 InvalidDeltas .*\n {6}PersistentVolumeClaim\/default\/data:[^✓]* 1d is not an ISO 8601/m,
  );
  expect(output).toContain("\n\nRules that fail: 1. Rules that work: 0. Exit code 1.\n");
  expect(code).toBe(1);
  const { rules } = JSON.parse((await check("--output", "json")).output) as CheckResult;
  expect(rules).toMatchObject({ working: 0, findings: [{ reason: "InvalidDeltas" }] });
});

it("says as JSON what it found", async () => {
  const { code, output } = await check("--output", "json");
  expect(JSON.parse(output)).toMatchObject({
    ok: true,
    kubernetes: {
      permissions: expect.arrayContaining([
        { permission: "patch events", status: "granted", detail: "to fold Events that repeat" },
      ]) as unknown,
      definition: { status: "current" },
      identity: {
        status: "known",
        cluster: cluster.store.get("namespaces", { name: "kube-system" })?.metadata.uid,
        detail: "the uid of namespace kube-system",
      },
    },
    backends: [{ backend: "local", location: "local" }],
  });
  expect(code).toBe(0);
});

it("exits with 1 if a backend that a volume needs cannot be used, and says which setting is missing", async () => {
  environment = { KUBE_CONFIG_FILE: environment["KUBE_CONFIG_FILE"] as string };
  const { code, output } = await check();
  expect(output).toMatch(
    /^local\n {2}✗ could not be asked +failed\n {6}backend local cannot be used: LOCAL_SNAPSHOT_DIRECTORY is missing/m,
  );
  expect(code).toBe(1);
});

it("exits with 1 if a list is forbidden, and says that no backend was asked", async () => {
  for (const verb of ["list", "watch"]) cluster.rules.deny(verb, "persistentvolumeclaims");
  const { code, output } = await check("--output", "json");
  const { ok, kubernetes, backends, error } = JSON.parse(output) as CheckResult;
  const missing = kubernetes.permissions.filter(({ status }) => status === "missing");
  expect(missing.map(({ permission }) => permission)).toEqual([
    "list persistentvolumeclaims",
    "watch persistentvolumeclaims",
  ]);
  expect(error).toMatch(/^cannot list persistentvolumeclaims: .*forbidden/);
  expect([ok, backends, code]).toEqual([false, [], 1]);
});

it("says of a review that is refused that it does not know, and why", async () => {
  const review = { verb: "create", resource: "selfsubjectaccessreviews" };
  cluster.faults.answer(review, { code: 403, message: "no reviews here" }, Number.POSITIVE_INFINITY);
  const { code, output } = await check();
  expect(output).toMatch(/^ {2}\? patch events +unknown\n[^?]*no reviews here/m);
  expect(output).toContain("\n\nCould not be found out: 15. Rules that work: 1. Exit code 1.\n");
  expect(code).toBe(1);
});

it("exits with 1 if the cluster cannot be read, and says what failed", async () => {
  await cluster.close();
  const { code, output } = await check();
  expect(output).toMatch(/^ {2}\? list persistentvolumes +unknown\n {6}POST\s+\S+:\s+connect\s+ECONNREFUSED/m);
  expect(output).toMatch(/The rules cannot be read, so that no backend was asked: cannot list /);
  expect(code).toBe(1);
});

interface Definition extends Record<string, unknown> {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly versions: readonly {
      readonly schema: {
        readonly openAPIV3Schema: {
          readonly properties: { readonly spec: { readonly properties: Record<string, object> } };
        };
      };
    }[];
  };
}

function check(...args: string[]): Promise<CapturedCommand> {
  return captureCommand(["check", ...args], environment);
}
