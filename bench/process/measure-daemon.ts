import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { REGION } from "./cluster-objects.ts";
import type { CallCounts, Ec2Options } from "./ec2-stand-in.ts";
import type { RequestCounts } from "./kubernetes-stand-in.ts";
import { makeMemoryCgroup } from "./memory-cgroup.ts";
import { cpuOf, memoryOf } from "./process-figures.ts";

export interface MeasureOptions {
  /** The built program. */
  readonly program: string;
  /** Claims, each with a disk. */
  readonly disks: number;
  /** Of each disk. */
  readonly snapshots: number;
  /** How long to watch it when nothing is due. */
  readonly idleMs: number;
  /** The cgroup's, in MiB; without: no cgroup. */
  readonly limit?: number;
}

/** Memory in MiB, times in milliseconds. */
export interface DaemonFigures {
  readonly disks: number;
  readonly snapshots: number;
  /** From the start of the process until the rule of the last claim was known. */
  readonly rulesKnown: number;
  /** Until a disk without any has its first snapshot. All was listed by then. */
  readonly firstSnapshot: number;
  /** CPU until then. */
  readonly cpuUntilListed: number;
  /** CPU from when the rules were known until then. */
  readonly cpuOfFirstList: number;
  /** Share of a core. */
  readonly idle: number;
  readonly settled: number;
  readonly peak: number;
  /** The longest one since it listened. */
  readonly longestStall: number;
  readonly stalls: readonly { readonly at: number; readonly ms: number }[];
  readonly calls: CallCounts;
  readonly requests: RequestCounts;
  /** How often the limit was reached; absent without one. */
  readonly refusals?: number;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs the built daemon as the image does, against stand-ins of Kubernetes and EC2 in processes of their own. */
export async function measureDaemon(options: MeasureOptions): Promise<DaemonFigures> {
  const { disks, snapshots } = options;
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  opened.defer(() => rm(folder, { recursive: true }));
  const cluster = standIn<{ url: string; clusterId: string }>("./kubernetes-stand-in.ts", String(disks));
  opened.defer(() => cluster.process.disconnect());
  const { url, clusterId } = await cluster.ask();
  const ec2Options: Ec2Options = { disks, snapshots, clusterId, pendingMs: 3_000 };
  const ec2 = standIn<{ url: string }>("./ec2-stand-in.ts", JSON.stringify(ec2Options));
  opened.defer(() => ec2.process.disconnect());
  const endpoint = (await ec2.ask()).url;
  const group = options.limit === undefined ? undefined : makeMemoryCgroup(options.limit * 2 ** 20);
  if (options.limit !== undefined && group === undefined) throw new Error("cannot make a cgroup here: root is needed");
  if (group !== undefined) opened.use(group);

  const kubeconfig = join(folder, "kubeconfig.json");
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigFor(url)));
  const stallsFile = join(folder, "stalls.json");
  const run = `${group === undefined ? "" : `echo $$ >${group.procs}; `}exec "$0" "$@"`;
  const flags = (process.env["BENCH_FLAGS"] ?? "").split(" ").filter(Boolean);
  const startedAt = performance.now();
  const daemon = spawn("sh", ["-c", run, process.execPath, ...flags, options.program, "run"], {
    env: {
      // As deploy/Dockerfile sets them.
      MALLOC_ARENA_MAX: "1",
      MALLOC_MMAP_THRESHOLD_: "65536",
      MALLOC_TRIM_THRESHOLD_: "131072",
      PATH: process.env["PATH"],
      NODE_OPTIONS: `--max-semi-space-size=1 --require ${here("./watch-loop.cjs")} ${process.env["BENCH_NODE_OPTIONS"] ?? ""}`,
      LOOP_STALLS_FILE: stallsFile,
      BENCH_MEMORY: process.env["BENCH_MEMORY"],
      KUBE_CONFIG_FILE: kubeconfig,
      HTTP_LISTEN: "127.0.0.1:0",
      AWS_ENDPOINT_URL_EC2: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "not-a-real-key",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pid = daemon.pid as number;
  opened.defer(async () => {
    if (daemon.exitCode !== null || daemon.signalCode !== null) return;
    daemon.kill();
    await once(daemon, "exit");
  });

  const since = (): number => performance.now() - startedAt;
  let listening = Number.NaN;
  let rulesKnown = Number.NaN;
  let cpuOfRules = Number.NaN;
  let rules = 0;
  for await (const line of createInterface({ input: daemon.stdout })) {
    // What V8 says where BENCH_FLAGS has --trace-gc is no JSON.
    const isLog = line.startsWith("{");
    if (process.env["BENCH_LOG"] || !isLog) process.stderr.write(`${Math.round(since())} ${line.slice(0, 300)}\n`);
    if (!isLog) continue;
    const { event, type, ...more } = JSON.parse(line) as { event?: string; type?: string; rules?: number };
    if (event === "daemon.started") listening = since();
    if (event === "rule.added") rules++;
    if (event === "rules.added") rules += more.rules ?? 0;
    if (rules === disks && Number.isNaN(rulesKnown)) [rulesKnown, cpuOfRules] = [since(), cpuOf(pid)];
    if (type === "snapshot.requested") break;
  }
  if (daemon.exitCode !== null) throw new Error(`the daemon ended with ${daemon.exitCode}`);
  const firstSnapshot = since();
  const cpuUntilListed = cpuOf(pid);
  daemon.stdout.resume();
  daemon.kill("SIGUSR2");
  // The snapshot gets ready meanwhile, and is seen ready.
  await setTimeout(25_000);
  const before = cpuOf(pid);
  await setTimeout(options.idleMs);
  const idle = (cpuOf(pid) - before) / options.idleMs;
  const { now: settled, peak } = memoryOf(pid);
  const stalls = (JSON.parse(readFileSync(stallsFile, "utf8")) as DaemonFigures["stalls"]).filter(
    ({ at }) => at > listening,
  );
  return {
    disks,
    snapshots: (disks - 1) * snapshots,
    rulesKnown,
    firstSnapshot,
    cpuUntilListed,
    cpuOfFirstList: cpuUntilListed - cpuOfRules,
    idle,
    settled,
    peak,
    longestStall: Math.max(0, ...stalls.map(({ ms }) => ms)),
    stalls,
    calls: await ec2.ask<CallCounts>("count"),
    requests: await cluster.ask<RequestCounts>("count"),
    ...(group && { refusals: group.refusals() }),
  };
}

interface StandIn<Hello> {
  readonly process: ChildProcess;
  /** Its next message; first it is asked, if there is something to ask. */
  ask<Answer = Hello>(question?: string): Promise<Answer>;
}

function standIn<Hello>(file: string, argument: string): StandIn<Hello> {
  const process = fork(here(file), [argument], {
    execArgv: ["--conditions=@k8s-snapshots/source", "--max-old-space-size=8000"],
  });
  return {
    process,
    async ask<Answer>(question?: string) {
      const answer = once(process, "message");
      if (question !== undefined) process.send(question);
      return ((await answer) as [Answer])[0];
    },
  };
}

function kubeconfigFor(server: string): unknown {
  return {
    clusters: [{ name: "bench", cluster: { server } }],
    contexts: [{ name: "bench", context: { cluster: "bench", user: "bench" } }],
    users: [{ name: "bench", user: {} }],
    "current-context": "bench",
  };
}
