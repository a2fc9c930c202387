/**
 * One real process over many intervals: 1,000 disks, each with a snapshot every two seconds, on a storage system whose calls
 * fail, are throttled, lose their answers, and which is away now and then. Says what is held at the end, and fails where that is
 * wrong: by the schedule, or doubles, or memory that grows. Linux only.
 *
 *     pnpm bench:soak [--intervals 1344] [--disks 1000]
 */
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startKubernetesEmulator } from "@k8s-snapshots/emulator-kubernetes";
import { cpuOf, memoryOf } from "../process/process-figures.ts";
import type { SoakOptions, SoakTruth } from "./storage.ts";

const { values } = parseArgs({
  options: { intervals: { type: "string", default: "1344" }, disks: { type: "string", default: "1000" } },
});
const INTERVAL = 2_000;
const SCHEDULE = "PT2S PT10S PT1M";
/** The schedule settles to 11 or 12; while lists fail, or this machine is busy, nothing is deleted: three times that is too many. */
const MOST_HELD = 36;
const intervals = Number(values.intervals);
const disks = Number(values.disks);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const options: SoakOptions = { throttled: 0.02, broken: 0.02, lost: 0.005, slow: 0.01, awayEvery: 200_000 };

await using opened = new AsyncDisposableStack();
const folder = await mkdtemp(join(tmpdir(), "soak-"));
opened.defer(() => rm(folder, { recursive: true }));
const storage = fork(here("./storage.ts"), [JSON.stringify(options)], {
  execArgv: ["--conditions=@k8s-snapshots/source"],
});
opened.defer(() => storage.disconnect());
const [{ url }] = (await once(storage, "message")) as [{ url: string }];
const cluster = await startKubernetesEmulator();
opened.defer(() => cluster.close());
for (let index = 0; index < disks; index++) {
  cluster.store.create("persistentvolumes", {
    metadata: { name: `pv-${index}`, annotations: { "backup.kubernetes.io/deltas": SCHEDULE } },
    spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: `/data/${index}` } },
  });
}
const kubeconfig = join(folder, "kubeconfig.json");
writeFileSync(
  kubeconfig,
  JSON.stringify({
    clusters: [{ name: "soak", cluster: { server: cluster.url } }],
    contexts: [{ name: "soak", context: { cluster: "soak", user: "soak" } }],
    users: [{ name: "soak", user: {} }],
    "current-context": "soak",
  }),
);
const daemon = spawn(
  process.execPath,
  ["--max-semi-space-size=1", "--conditions=@k8s-snapshots/source", here("../../apps/daemon/src/main.ts"), "run"],
  {
    env: {
      PATH: process.env["PATH"],
      KUBE_CONFIG_FILE: kubeconfig,
      HTTP_LISTEN: "127.0.0.1:0",
      BACKENDS: here("./soak-backend.ts"),
      SOAK_URL: url,
      MIN_INTERVAL: "PT1S",
      LOG_LEVEL: "ERROR",
      SCHEDULE_CHANGE_GRACE: "PT0S",
    },
    stdio: ["ignore", "ignore", "inherit"],
  },
);
const pid = daemon.pid as number;
opened.defer(async () => {
  if (daemon.exitCode !== null) return;
  daemon.kill();
  await once(daemon, "exit");
});

const end = performance.now() + intervals * INTERVAL;
const memory: number[] = [];
while (performance.now() < end && daemon.exitCode === null) {
  await setTimeout(Math.min(60_000, end - performance.now()));
  memory.push(memoryOf(pid).now);
  print(await ask());
}
const cpu = cpuOf(pid) / (intervals * INTERVAL);
const truth = await ask();
const { peak } = memoryOf(pid);
const [early = 0, late = 0] = [memory[Math.floor(memory.length / 4)], memory.at(-1)];
const wrong = [
  daemon.exitCode === null ? "" : `the daemon ended with ${daemon.exitCode}`,
  truth.held.disks === disks ? "" : `${disks - truth.held.disks} disks have no snapshot`,
  truth.held.most <= MOST_HELD ? "" : `${truth.held.most} are held of one disk`,
  truth.doubles === 0 ? "" : `${truth.doubles} doubles`,
  late <= 1.3 * early ? "" : `memory grew from ${early.toFixed(0)} to ${late.toFixed(0)} MiB`,
].filter(Boolean);
console.log(
  `${intervals} intervals of 2 s, ${disks} disks: CPU ${(cpu * 100).toFixed(0)} % of a core, peak ${peak.toFixed(0)} MiB`,
);
console.log(JSON.stringify(truth));
for (const fault of wrong) console.log(`WRONG: ${fault}`);
if (wrong.length > 0) process.exitCode = 1;

async function ask(): Promise<SoakTruth> {
  storage.send("truth");
  return ((await once(storage, "message")) as [SoakTruth])[0];
}

function print({ created, deleted, doubles, held, gaps }: SoakTruth): void {
  const now = memory.at(-1)?.toFixed(0);
  console.log(
    `${new Date().toISOString().slice(11, 19)} created ${created}, deleted ${deleted}, doubles ${doubles}, held ${held.fewest} to ` +
      `${held.most} of ${held.disks}, gaps ${gaps.median}, ${gaps.p99}, ${gaps.longest} ms, RSS ${now} MiB`,
  );
}
