import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A directory that stands for a volume, and how it asks for snapshots, if it does. */
export interface DemoVolume {
  readonly name: string;
  readonly path: string;
  readonly deltas: string;
  readonly by: "annotation" | "SnapshotRule" | "nothing";
}

const volumes = [
  { name: "notes", deltas: "PT2S PT6S PT30S", by: "annotation" },
  { name: "orders", deltas: "PT4S PT12S PT1M", by: "annotation" },
  { name: "photos", deltas: "PT10S PT30S PT5M", by: "SnapshotRule" },
  { name: "scratch", deltas: "", by: "nothing" },
] as const;

/** Four directories with files in them. */
export async function makeDemoVolumes(folder: string): Promise<DemoVolume[]> {
  return Promise.all(
    volumes.map(async (volume) => {
      const path = join(folder, "volumes", volume.name);
      await mkdir(path, { recursive: true });
      await writeFile(join(path, "readme.txt"), `This stands for the volume ${volume.name}.\n`);
      return { ...volume, path };
    }),
  );
}

/** Changes what is on the volumes, each second, until the signal fires. */
export function keepWriting(volumes: readonly DemoVolume[], signal: AbortSignal): void {
  const timer = setInterval(() => {
    const line = `${new Date().toISOString()}\n`;
    for (const { path } of volumes) void appendFile(join(path, "log.txt"), line).catch(() => clearInterval(timer));
  }, 1_000);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
