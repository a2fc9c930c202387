import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";

/** A group of processes that together may take so much memory, of cgroup version 1 or 2. */
export interface MemoryCgroup extends Disposable {
  /** What puts a process into it that writes its id there. */
  readonly procs: string;

  /** How often something did not fit, and had to be reclaimed or failed. */
  refusals(): number;

  /** How often the kernel ended a process of it. */
  kills(): number;
}

/** @returns `undefined` where this machine lets nobody make one: not root, or no controller */
export function makeMemoryCgroup(bytes: number): MemoryCgroup | undefined {
  const isFirst = existsSync("/sys/fs/cgroup/memory/memory.limit_in_bytes");
  const folder = `${isFirst ? "/sys/fs/cgroup/memory" : "/sys/fs/cgroup"}/k8s-snapshots-bench-${process.pid}`;
  const count = (file: string, line: RegExp): number =>
    Number(line.exec(readFileSync(`${folder}/${file}`, "utf8"))?.[1] ?? 0);
  try {
    mkdirSync(folder);
    writeFileSync(`${folder}/${isFirst ? "memory.limit_in_bytes" : "memory.max"}`, String(bytes));
  } catch {
    return undefined;
  }
  return {
    procs: `${folder}/cgroup.procs`,
    refusals: () => (isFirst ? count("memory.failcnt", /(\d+)/) : count("memory.events", /^max (\d+)$/m)),
    kills: () => count(isFirst ? "memory.oom_control" : "memory.events", /^oom_kill (\d+)$/m),
    [Symbol.dispose]: () => rmdirSync(folder),
  };
}
