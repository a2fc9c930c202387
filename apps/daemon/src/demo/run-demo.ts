import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pino } from "pino";
import { runDaemon } from "../daemon/run-daemon.ts";
import { canvasOf } from "../drawing/style.ts";
import { parseSettings } from "../settings/settings.ts";
import { startDemoCluster, writeKubeconfig } from "./demo-cluster.ts";
import { createNarrator } from "./demo-narrator.ts";
import { DemoScreen } from "./demo-screen.ts";
import { keepWriting, makeDemoVolumes } from "./demo-volumes.ts";

/**
 * The daemon on a Kubernetes API in this process and four directories whose content changes, until the signal fires.
 * Everything that it writes lies in one new folder, which it names and leaves.
 */
export async function runDemo(
  output: NodeJS.WriteStream,
  environment: Readonly<Record<string, string | undefined>>,
  stop: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "k8s-snapshots-demo-"));
  const snapshots = join(folder, "snapshots");
  await mkdir(snapshots);
  const volumes = await makeDemoVolumes(folder);
  const cluster = await startDemoCluster(volumes);
  const settings = parseSettings({
    KUBE_CONFIG_FILE: await writeKubeconfig(folder, cluster),
    BACKENDS: "local",
    // Here a second stands for an hour.
    SCHEDULE_CHANGE_GRACE: "PT0S",
    MIN_INTERVAL: "PT0S",
    HTTP_LISTEN: environment["HTTP_LISTEN"] || "127.0.0.1:0",
    PAGE_LISTEN: environment["PAGE_LISTEN"] ?? "127.0.0.1:0",
    TRACE_FILE: environment["TRACE_FILE"],
    TRACE_MAX_BYTES: environment["TRACE_MAX_BYTES"],
  });

  output.write(`Four volumes and their snapshots lie in ${folder}\n`);
  for (const { name, deltas, by } of volumes) output.write(`  ${name.padEnd(8)} ${deltas || "no deltas"}  (${by})\n`);
  output.write(`Look at them:  kubectl --server ${cluster.url} get pvc,pv,sr\n`);
  keepWriting(volumes, stop);
  const canvas = canvasOf(output, environment);
  const protectedOnes = volumes.filter(({ by }) => by !== "nothing");
  const screen = output.isTTY ? new DemoScreen(protectedOnes, canvas) : undefined;
  let drawing: Promise<void> | undefined;
  await runDaemon(
    {
      settings,
      environment: { LOCAL_SNAPSHOT_DIRECTORY: snapshots },
      logger: pino({ level: "silent" }),
      onEvent: screen ? (event, scheduler) => screen.onEvent(event, scheduler) : createNarrator(output, canvas),
      onStarted: ({ pagePort }) => {
        if (pagePort !== undefined) output.write(`In a browser:  http://127.0.0.1:${pagePort}/\n`);
        output.write("Ctrl-C ends it.\n\n");
        if (screen !== undefined) drawing = showAgainAndAgain(output, screen, stop);
      },
    },
    stop,
  );
  await drawing;
  await cluster.close();
  output.write(`\nThe volumes and snapshots stay in ${folder}; nothing else was touched.\n`);
}

const REDRAW_MS = 500;

/** Draws in place, until the signal fires. */
async function showAgainAndAgain(output: NodeJS.WriteStream, screen: DemoScreen, stop: AbortSignal): Promise<void> {
  let drawn = 0;
  while (!stop.aborted) {
    const lines = screen.lines(Date.now());
    const back = drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`;
    output.write(`${back}${lines.join("\n")}\n`);
    drawn = lines.length;
    await setTimeout(REDRAW_MS, undefined, { signal: stop }).catch(() => {});
  }
}
