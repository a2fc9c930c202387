import { readdirSync, readFileSync } from "node:fs";

/**
 * CPU of a process so far, in milliseconds, of all threads that it has: as the scheduler counts it, in nanoseconds. The ticks of
 * /proc/PID/stat say of a process that is awake for a moment again and again that it took twice as much. Linux only.
 */
export function cpuOf(pid: number): number {
  const folder = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(folder).map((thread) => Number(readSchedule(`${folder}/${thread}/schedstat`)[0]));
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** A thread may have ended meanwhile. */
function readSchedule(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split(" ");
  } catch {
    return ["0"];
  }
}

/** Resident memory of a process now, and the most that it was, in MiB. Linux only. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1_024;
  return { now: field("VmRSS"), peak: field("VmHWM") };
}
