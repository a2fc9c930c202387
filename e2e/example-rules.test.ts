import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  createKubernetesClient,
  createRuleSource,
  defaultRuleSettings,
  loadClusterAccess,
} from "@k8s-snapshots/k8s-source";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { removeFolder } from "../test-support/temporary-folder.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { type AwsCli, createEc2Volume, motoCredentials } from "./harness/run-aws.ts";
import { built, Daemon } from "./harness/start-daemon.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";
import { TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, aws, motoServer } = inject("programs");
const ready = [kubernetes, kubectl, aws, motoServer].every((program) => program !== undefined);
const examples = join(import.meta.dirname, "..", "examples", "rules");
const files = (await readdir(examples)).filter((name) => name !== "README.md").sort();
const region = "eu-west-1";
const zone = { "topology.kubernetes.io/region": region };

interface ListedRule {
  readonly id: string;
  readonly deltas?: string;
  readonly ready: string;
}

/** Of claims that the files name and do not make, and of those that a StatefulSet's controller makes. */
const claimsBeside = ["files", "staging", "edge"];

const claims = ["uploads", "cache", "preview", "mail", "calendar", "data-db-0", ...claimsBeside];

/** What the daemon has to make of the files, by the object that asks. */
const wanted: Readonly<Record<string, string>> = {
  "PersistentVolume/archive": "P7D P90D",
  "PersistentVolumeClaim/default/calendar": "P1D P7D P28D",
  "PersistentVolumeClaim/default/data-db-0": "PT1H P1D P30D",
  "PersistentVolumeClaim/default/mail": "P1D P7D P28D",
  "PersistentVolumeClaim/default/preview": "PT6H P2D",
  "PersistentVolumeClaim/default/uploads": "PT2H P1D P7D",
  "SnapshotRule/default/edge": "PT4H P2D",
  "SnapshotRule/default/files": "P1D P30D P360D",
  "SnapshotRule/default/staging": "P1D P7D",
  "SnapshotRule/kube-system/etcd-events": "PT1H P1D P7D",
  "SnapshotRule/kube-system/etcd-main": "PT1H P1D P7D",
};

test("the README of examples/rules names each file", async () => {
  const readme = await readFile(join(examples, "README.md"), "utf8");
  const named = [...readme.matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(files);
});

describe.skipIf(!ready)("examples/rules, on a real kube-apiserver and moto", () => {
  let folder: string;
  let cluster: TestCluster;
  let moto: Moto;
  let cli: AwsCli;
  let environment: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "example-rules-"));
    [cluster, moto] = await Promise.all([
      TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder),
      startMoto(motoServer as string),
    ]);
    cli = { program: aws as string, url: moto.url, region };
    environment = {
      ...motoCredentials,
      ...{ BACKENDS: "aws", AWS_REGION: region, AWS_EC2_METADATA_DISABLED: "true" },
      ...{ AWS_ENDPOINT_URL_EC2: moto.url, AWS_ENDPOINT_URL_SERVICE_QUOTAS: moto.url },
      KUBE_CONFIG_FILE: await cluster.kubeconfigOfTheRole(),
    };
    for (const file of files) await applyFilledIn(file);
    await cluster.apply(await claimOfTheStatefulSet());
    for (const name of claimsBeside) await cluster.addClaim(name);
    for (const name of claims) {
      const csi = { driver: "ebs.csi.aws.com", volumeHandle: await createEc2Volume(cli) };
      await cluster.bind({ name, labels: zone, csi });
    }
  });

  afterAll(async () => {
    await moto?.stop();
    await cluster?.stop();
    await removeFolder(folder);
  });

  test("each file makes the rules that it says", async () => {
    const rules = await listRules();
    expect(Object.fromEntries(rules.map(({ id, deltas }) => [id, deltas]))).toEqual(wanted);
  });

  test("a policy and parameters are read as they are written, and nothing is odd about a rule", async () => {
    const access = await loadClusterAccess({ kubeconfigFiles: [await cluster.kubeconfigOfTheRole()] });
    using client = createKubernetesClient(access);
    const source = createRuleSource({ client, settings: defaultRuleSettings("k8s-snapshots") });
    const stop = new AbortController();
    const running = source.run(stop.signal);
    await waitUntil(
      async () => source.current !== undefined,
      () => "the cluster was not listed",
    );
    stop.abort();
    await running;
    const rules = [...(source.current?.rules.values() ?? [])];
    const expiring = rules.filter(({ deletionPolicy }) => deletionPolicy === "expire").map(({ id }) => id);
    expect(expiring.sort()).toEqual(["PersistentVolumeClaim/default/preview", "SnapshotRule/default/staging"]);
    const made = rules.filter(({ parameters }) => Object.keys(parameters).length > 0);
    expect(made.map(({ id, parameters }) => ({ id, parameters }))).toEqual([
      { id: "SnapshotRule/default/edge", parameters: { storageLocation: "on-site" } },
    ]);
    expect(rules.flatMap(({ warnings }) => warnings)).toEqual([]);
  });

  test("the claim that is excluded is counted as such, with its reason", async () => {
    const { volumes } = JSON.parse(await run("coverage", "--output", "json", "--all")) as {
      volumes: { name: string; protection: string; message: string }[];
    };
    const excluded = volumes.filter(({ protection }) => protection === "excluded");
    expect(excluded).toEqual([
      expect.objectContaining({ name: "cache", message: expect.stringContaining("is filled again") as string }),
    ]);
  });

  test("the daemon takes a snapshot for each rule", async () => {
    const daemon = new Daemon(environment);
    const made = (): number => daemon.log.filter(({ event }) => event === "snapshot.created").length;
    await waitUntil(
      async () => made() === Object.keys(wanted).length,
      () => `there are ${made()} snapshots:\n${daemon.lastWords}`,
    );
    expect(await daemon.stop("SIGTERM")).toBe(0);
    expect(new Set((await listRules()).map(({ id, ready }) => `${id} ${ready}`))).toEqual(
      new Set(Object.keys(wanted).map((id) => `${id} True`)),
    );
  });

  /** With volumes that there are, instead of the ids that people fill in. */
  async function applyFilledIn(name: string): Promise<void> {
    if (!name.endsWith(".yaml")) {
      await cluster.control("apply", "--validate=strict", "-k", join(examples, name));
      return;
    }
    let text = await readFile(join(examples, name), "utf8");
    for (const [id] of text.matchAll(/vol-0123456789abcdef\d/g)) text = text.replace(id, await createEc2Volume(cli));
    const file = join(folder, "example.yaml");
    await writeFile(file, text);
    await cluster.control("apply", "--validate=strict", "--warnings-as-errors", "-f", file);
  }

  /** What the StatefulSet's controller would make, which does not run here. */
  async function claimOfTheStatefulSet(): Promise<object> {
    const [document] = parseAllDocuments(await readFile(join(examples, "statefulset.yaml"), "utf8"));
    const set = document?.toJS() as { spec: { volumeClaimTemplates: [{ metadata: object; spec: object }] } };
    const [{ metadata, spec }] = set.spec.volumeClaimTemplates;
    const named = { ...metadata, name: "data-db-0", namespace: "default" };
    return { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: named, spec };
  }

  async function listRules(): Promise<readonly ListedRule[]> {
    return (JSON.parse(await run("list", "rules", "--output", "json")) as { rules: readonly ListedRule[] }).rules;
  }

  async function run(...words: string[]): Promise<string> {
    const env = { ...environment, PATH: process.env["PATH"] ?? "" };
    const ended = await promisify(execFile)(process.execPath, [built, ...words], { env }).catch(
      (error: { stdout: string }) => error,
    );
    return ended.stdout;
  }
});
