import { readFileSync } from "node:fs";

/** Clock ticks of /proc: 100 a second on all platforms that Node runs on. */
const TICK_MS = 10;

/** CPU of a process so far, in milliseconds. Linux only. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Resident memory of a process now, and the most that it was, in MiB. Linux only. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1_024;
  return { now: field("VmRSS"), peak: field("VmHWM") };
}
