import { execFile } from "node:child_process";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { snapshotRuleDefinition } from "@k8s-snapshots/k8s-source";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { formerDefinition } from "./harness/former-definition.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { TestCluster } from "./harness/test-cluster.ts";
import { warningsIn } from "./harness/warnings-in.ts";

const { kubernetes, kubectl } = inject("programs");
const deploy = fileURLToPath(new URL("../deploy", import.meta.url));

/** The plain manifests have been applied before: warnings are errors there too. */
describe.skipIf(kubernetes === undefined || kubectl === undefined)("the manifests, in a real kube-apiserver", () => {
  let folder: string;
  let cluster: TestCluster;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "manifests-"));
    cluster = await TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder);
  });

  afterAll(async () => {
    await cluster?.stop();
    await removeFolder(folder);
  });

  test("applied again, they change nothing", async () => {
    const said = await cluster.control("apply", "-k", join(deploy, "manifests"));
    expect(said.trim().split("\n")).toHaveLength(11);
    for (const line of said.trim().split("\n")) expect(line).toMatch(/unchanged$/);
  });

  test("the pod passes the Pod Security level that its namespace enforces, which refuses others", async () => {
    const pod = await cluster.control("get", "deployment", "k8s-snapshots", "-n", "k8s-snapshots", "-o", "json");
    const { spec } = JSON.parse(pod) as { spec: { template: { spec: { containers: object[] } } } };
    const create = (changes: object): Promise<string> =>
      cluster.dryRun({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "pod", namespace: "k8s-snapshots" },
        spec: { ...spec.template.spec, ...changes },
      });
    expect(await create({})).toContain("pod/pod created");
    await expect(create({ hostNetwork: true })).rejects.toThrow(/violates PodSecurity "restricted:latest"/);
  });

  test("an image and a cloud come on top as the quickstart says, without a warning", async () => {
    const guide = await readFile(join(deploy, "../docs/quickstart.md"), "utf8");
    const section = guide.slice(guide.indexOf("## Without Helm"));
    const [, block = ""] = /```sh\n(.*?)```/s.exec(section) ?? [];
    const environment = { ...process.env, KUBECONFIG: await cluster.server.kubeconfig() };
    const options = { cwd: join(deploy, ".."), env: environment };
    const { stderr } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", block], options);
    expect(warningsIn(stderr)).toEqual([]);
    const deployment = await cluster.control("get", "deployment", "k8s-snapshots", "-n", "k8s-snapshots", "-o", "json");
    expect(JSON.parse(deployment)).toMatchObject({
      spec: {
        template: {
          spec: {
            containers: [
              {
                image: "REGISTRY/k8s-snapshots:0.1.0",
                env: [
                  { name: "BACKENDS", value: "aws" },
                  { name: "AWS_REGION", value: "REGION" },
                ],
              },
            ],
          },
        },
      },
    });
  });

  test("the definition that came with the Python daemon is replaced as docs/migrate.md says, and its rules stay", async () => {
    const guide = await readFile(join(deploy, "../docs/migrate.md"), "utf8");
    expect(guide).toContain("k8s-snapshots crd | kubectl replace -f -");
    await cluster.replace(formerDefinition);
    const rule = {
      apiVersion: "k8s-snapshots.elsdoerfer.com/v1",
      kind: "SnapshotRule",
      metadata: { name: "mysql", namespace: "default" },
      spec: { deltas: "P1D P30D", backend: "aws", disk: { region: "eu-west-1", volumeId: "vol-0aa6f44aad0daf9f2" } },
    };
    await cluster.apply(rule);
    await cluster.apply({ ...rule, metadata: { ...rule.metadata, name: "nonsense" }, spec: { deltas: 7 } });
    await cluster.replace(snapshotRuleDefinition);
    expect(await cluster.control("get", "sr", "--output", "name")).toMatch(/mysql\n.*nonsense\n/);
    expect(JSON.parse(await cluster.control("get", "sr", "mysql", "--output", "json"))).toMatchObject(rule);
  });

  test("kubectl explain says something of each field of a SnapshotRule", async () => {
    // Without what kubectl remembers of the time before the definition was there.
    const explain = (path: string): Promise<string> => {
      return cluster.control("explain", path, "--cache-dir", join(folder, "cache"));
    };
    const explained = await explain("sr");
    expect(explained).toContain("Asks for snapshots of a claim's volume");
    for (const path of ["sr.spec", "sr.status"]) {
      const text = await explain(path);
      const fields = text
        .slice(text.indexOf("FIELDS:"))
        .split(/\n(?= {2}\w+\t)/)
        .slice(1);
      expect(fields.length).toBeGreaterThan(4);
      for (const field of fields) expect(field, `${path}: ${field}`).toMatch(/\n {4}\w.{15}/);
    }
  });
});
