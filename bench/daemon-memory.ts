/**
 * What the built daemon holds in memory with each cloud alone and with all: resident set 5 s after the first snapshot of
 * a volume on each, median of 5 processes. `pnpm build` first; Linux only. Other programs can be named, which then run in
 * turn, and Node's options set. `pnpm bench:image-memory`, after `pnpm --filter bench build:daemon`, is of
 * the program as the image runs it, and fails where one of its limits is passed.
 */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EMULATOR_TOKEN, startDigitalOceanEmulator } from "@k8s-snapshots/emulator-digitalocean";
import { startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";

const built = fileURLToPath(new URL("../apps/daemon/dist/main.js", import.meta.url));
const { values, positionals: named } = parseArgs({
  options: { limits: { type: "boolean" } },
  allowPositionals: true,
});
const programs = named.length === 0 ? [built] : named.map((path) => resolve(path));
const runs = 5;
const place = { project: "emulated-project", zone: "europe-west1-b" };
const google = await startGceEmulator();
const ocean = await startDigitalOceanEmulator();
const ec2 = createServer(async (request, response) => {
  const action = new URLSearchParams(await text(request)).get("Action");
  const answer =
    action === "CreateSnapshot"
      ? `<snapshotId>snap-0123456789abcdef0</snapshotId><volumeId>vol-0123456789abcdef0</volumeId>
        <status>pending</status><startTime>${new Date().toISOString()}</startTime>`
      : "<snapshotSet/>";
  response.end(`<${action}Response>${answer}</${action}Response>`);
});
await new Promise<void>((resolve) => ec2.listen(0, "127.0.0.1", resolve));

const clouds = ["aws", "google", "digitalocean"] as const;
type Cloud = (typeof clouds)[number];
let disks = 0;

/** What the program may take as the image runs it, in MiB. */
const limits = { "no volume": 76, aws: 100, google: 88, digitalocean: 90, "aws, google, digitalocean": 128 };

for (const used of [[], ...clouds.map((cloud) => [cloud]), clouds]) {
  const what = (used.join(", ") || "no volume") as keyof typeof limits;
  const figures = programs.map((program) => ({ program, all: [] as number[] }));
  for (let run = 0; run < runs; run++) for (const { program, all } of figures) all.push(await measure(program, used));
  for (const { program, all } of figures) {
    const median = all.toSorted((a, b) => a - b)[Math.floor(runs / 2)] as number;
    const name = programs.length === 1 ? "" : `  ${program}`;
    const isOver = values.limits === true && median > limits[what];
    const limit = values.limits === true ? `  ${isOver ? "MORE THAN" : "at most"} ${limits[what]}` : "";
    if (isOver) process.exitCode = 1;
    process.stdout.write(`${what.padEnd(26)} ${median} MiB (${all.join(", ")})${limit}${name}\n`);
  }
}
ec2.close();
await google.close();
await ocean.close();

async function measure(program: string, used: readonly Cloud[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "daemon-memory-"));
  const kubernetes = await startKubernetesEmulator();
  for (const cloud of used) {
    kubernetes.store.create("persistentvolumes", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: {
        name: cloud,
        labels: { "topology.kubernetes.io/region": "eu-west-1" },
        annotations: { "backup.kubernetes.io/deltas": "P1D P7D" },
      },
      spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], csi: newDisk(cloud) },
    });
  }
  const kubeconfig = join(folder, "kubeconfig.json");
  const cluster = { name: "bench", cluster: { server: kubernetes.url } };
  const context = { name: "bench", context: { cluster: "bench", user: "bench" } };
  const users = [{ name: "bench", user: {} }];
  writeFileSync(
    kubeconfig,
    JSON.stringify({ clusters: [cluster], contexts: [context], users, "current-context": "bench" }),
  );
  const daemon = spawn(process.execPath, [program, "run"], {
    env: {
      PATH: process.env["PATH"],
      NODE_OPTIONS: process.env["NODE_OPTIONS"] ?? "",
      KUBE_CONFIG_FILE: kubeconfig,
      HTTP_LISTEN: "127.0.0.1:0",
      LOG_LEVEL: "DEBUG",
      AWS_ENDPOINT_URL_EC2: `http://127.0.0.1:${(ec2.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "not-a-real-key",
      GOOGLE_COMPUTE_CUSTOM_ENDPOINT: google.url,
      DIGITALOCEAN_API_URL: ocean.url,
      DIGITALOCEAN_ACCESS_TOKEN: EMULATOR_TOKEN,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await waitFor(daemon.stdout, used.length);
  await setTimeout(5_000);
  const [, kilobytes = ""] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${daemon.pid}/status`, "utf8")) ?? [];
  daemon.kill();
  await kubernetes.close();
  await rm(folder, { recursive: true });
  return Math.round(Number(kilobytes) / 102.4) / 10;
}

/** One that has no snapshots. */
function newDisk(cloud: Cloud): { readonly driver: string; readonly volumeHandle: string } {
  disks += 1;
  const name = `data-${disks}`;
  if (cloud === "aws") return { driver: "ebs.csi.aws.com", volumeHandle: "vol-0123456789abcdef0" };
  if (cloud === "digitalocean") {
    const { id } = ocean.storage.createVolume({ name, region: "fra1" });
    return { driver: "dobs.csi.digitalocean.com", volumeHandle: id };
  }
  google.store.createDisk({ ...place, name });
  const volumeHandle = `projects/${place.project}/zones/${place.zone}/disks/${name}`;
  return { driver: "pd.csi.storage.gke.io", volumeHandle };
}

/** Until the daemon has begun so many snapshots; with none, until it listens. */
async function waitFor(output: NodeJS.ReadableStream, snapshots: number): Promise<void> {
  let left = snapshots;
  for await (const line of createInterface({ input: output })) {
    const { event } = JSON.parse(line) as { event?: string };
    if (event === "snapshot.accepted") left--;
    if (left === 0 && (snapshots > 0 || event === "daemon.started")) return void output.resume();
  }
}
