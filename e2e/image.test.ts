import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../test-support/temporary-folder.ts";
import { readNotices } from "../tools/notices/notices.ts";
import { freePort } from "./harness/free-port.ts";
import type { KubernetesBinaries } from "./harness/kubernetes-binaries.ts";
import { type AwsCli, createEc2Volume, createRole, ec2SnapshotsOf } from "./harness/run-aws.ts";
import { Container, imageFacts } from "./harness/run-container.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";
import { TestCluster } from "./harness/test-cluster.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { kubernetes, kubectl, aws, motoServer, image } = inject("programs");
const region = "eu-west-1";
const ready = [kubernetes, kubectl, aws, motoServer, image].every((program) => program !== undefined);

const deploy = fileURLToPath(new URL("../deploy", import.meta.url));

interface Sbom {
  readonly bomFormat: string;
  readonly components: readonly { readonly name: string }[];
}

/** The image as a kubelet would run it: the service account's folder mounted, no other way to the cluster. */
describe.skipIf(!ready)("the image on a real kube-apiserver and moto", () => {
  let folder: string;
  let cluster: TestCluster;
  let moto: Moto;
  let cli: AwsCli;
  let container: Container;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "image-"));
    [cluster, moto] = await Promise.all([
      TestCluster.start(kubernetes as KubernetesBinaries, kubectl as string, folder),
      startMoto(motoServer as string),
    ]);
    cli = { program: aws as string, url: moto.url, region };
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const server = new URL(cluster.server.url);
    const environment = {
      // What EKS adds to a pod whose service account has a role.
      AWS_ROLE_ARN: await createRole(cli, deploy),
      AWS_WEB_IDENTITY_TOKEN_FILE: "/var/run/secrets/kubernetes.io/serviceaccount/token",
      AWS_REGION: region,
      AWS_ENDPOINT_URL_EC2: moto.url,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: moto.url,
      AWS_ENDPOINT_URL_STS: moto.url,
      BACKENDS: "aws",
      HTTP_LISTEN: `127.0.0.1:${port}`,
      KUBERNETES_SERVICE_HOST: server.hostname,
      KUBERNETES_SERVICE_PORT: server.port,
    };
    const serviceAccount = await serviceAccountFolder();
    container = await Container.start(image as string, environment, {
      "/var/run/secrets/kubernetes.io/serviceaccount": serviceAccount,
    });
  });

  afterAll(async () => {
    await container?.remove();
    await moto?.stop();
    await cluster?.stop();
    await removeFolder(folder);
  });

  test("is below 125 MB, has a fixed user, says what it is, and holds no shell", async () => {
    const { bytes, user, labels } = await imageFacts(image as string);
    process.stdout.write(`image: ${Math.round(bytes / 1e6)} MB\n`);
    expect(bytes).toBeLessThan(125e6);
    expect(user).toBe("65532:65532");
    expect(labels["org.opencontainers.image.title"]).toBe("k8s-snapshots");
    await expect(container.execute("/bin/sh", "-c", "true")).rejects.toThrow(/no such file/);
  });

  test("becomes ready, takes a snapshot of an annotated claim, and is small", async () => {
    await until(async () => (await fetch(`${url}/readyz`)).ok, "ready");
    process.stdout.write(`image: ready ${await secondsToReady()} s after its start\n`);

    const disk = await createEc2Volume(cli);
    const labels = { "topology.kubernetes.io/region": region };
    await cluster.addVolume({ name: "data", labels, csi: { driver: "ebs.csi.aws.com", volumeHandle: disk } });
    await cluster.annotate("data", "P1D P7D");
    await until(async () => (await ec2SnapshotsOf(cli, disk)).length === 1, "a snapshot");

    const resident = await container.residentBytes();
    process.stdout.write(`image: ${Math.round(resident / 1e6)} MB resident with AWS\n`);
    expect(resident).toBeLessThan(100 * 1024 * 1024);
  });

  test("answers the health check that it declares", async () => {
    const declared = await readFile(join(deploy, "Dockerfile"), "utf8");
    const [, command = "[]"] = /HEALTHCHECK [^[]*\n\s*CMD (\[.*\])/.exec(declared) ?? [];
    await container.execute(...(JSON.parse(command) as string[]));
  });

  test("check, inside it, finds all that is needed", async () => {
    expect(await container.execute("k8s-snapshots", "check")).toMatch(/\nNothing is missing\. Rules that work: \d/);
  });

  test("says what it is made of", async () => {
    const read = 'process.stdout.write(require("fs").readFileSync("/app/sbom.cdx.json"))';
    const { bomFormat, components } = JSON.parse(await container.execute("node", "-e", read)) as Sbom;
    expect(bomFormat).toBe("CycloneDX");
    expect(components.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["pino", "google-auth-library", "compute", "digitalocean-js", "axios"]),
    );
  });

  test("holds the licences of all that is in it", async () => {
    const read = (path: string): Promise<string> =>
      container.execute("node", "-e", `process.stdout.write(require("fs").readFileSync("${path}"))`);
    const names = readNotices(await read("/app/third-party-licenses.txt")).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["node", "pino", "axios", "@google-cloud/compute"]));
    expect(await read("/app/LICENSE")).toContain("BSD 2-Clause License");
    for (const name of ["libc6", "libgcc-s1", "libstdc++6"]) {
      expect(await read(`/usr/share/doc/${name}/copyright`)).toContain("GPL");
    }
  });

  test("ends with 0 on SIGTERM", async () => {
    expect(await container.stop()).toBe(0);
    expect(await container.log()).toContain("daemon.stopped");
  });

  async function until(ask: () => Promise<boolean>, what: string): Promise<void> {
    const askOrGiveUp = async (): Promise<boolean> =>
      !(await container.isRunning()) || (await ask().catch(() => false));
    const log = await container.log();
    await waitUntil(askOrGiveUp, () => `waited for ${what}; the container says:\n${log}`);
    if (!(await container.isRunning())) throw new Error(`the container ended:\n${await container.log()}`);
  }

  /** From the start of its process to the moment when all was listed, by its own log. */
  async function secondsToReady(): Promise<number> {
    const lines = (await container.log()).split("\n").filter((line) => line.startsWith("{"));
    const listed = lines.map((line) => JSON.parse(line) as { event: string; time: string });
    const last = listed.findLast(({ event }) => event === "kubernetes.resource-listed")?.time;
    return (Date.parse(last as string) - (await container.startedAt())) / 1_000;
  }

  /** What a kubelet mounts into each pod. */
  async function serviceAccountFolder(): Promise<string> {
    const path = join(folder, "serviceaccount");
    await mkdir(path);
    await writeFile(join(path, "token"), await cluster.tokenOfTheRole());
    await writeFile(join(path, "ca.crt"), await readFile(cluster.server.caFile));
    await writeFile(join(path, "namespace"), "k8s-snapshots");
    return path;
  }
});
