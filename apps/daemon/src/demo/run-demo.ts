import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { annotationKeys, DEFAULT_DELTAS_ANNOTATION_KEY } from "@k8s-snapshots/k8s-source";
import { pino } from "pino";
import { runDaemon } from "../daemon/run-daemon.ts";
import { canvasOf } from "../drawing/style.ts";
import { parseSettings } from "../settings/settings.ts";
import { bindClaims } from "./bind-claims.ts";
import { startDemoCluster, writeKubeconfig } from "./demo-cluster.ts";
import { createNarrator } from "./demo-narrator.ts";
import { restoreForDemo } from "./demo-restore.ts";
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
  const kubeconfig = await writeKubeconfig(folder, cluster);
  const settings = parseSettings({
    KUBE_CONFIG_FILE: kubeconfig,
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
  for (const { name, deltas, by } of volumes) {
    const asks = by === "nothing" ? "nothing protects it: no rule asks for snapshots of it" : `${deltas}  (${by})`;
    output.write(`  ${name.padEnd(8)} ${asks}\n`);
  }
  output.write(`Look at them:  kubectl --server ${cluster.url} get pvc,pv,sr\n`);
  keepWriting(volumes, stop);
  bindClaims(cluster, stop);
  const canvas = canvasOf(output, environment);
  const screen = output.isTTY ? new DemoScreen(volumes, canvas) : undefined;
  const narrate = createNarrator(output, canvas);
  const local = { LOCAL_SNAPSHOT_DIRECTORY: snapshots };
  const restore = new OneRestore(async () => {
    const said = await restoreForDemo(RESTORED, { settings, environment: local, snapshots, stop }, canvas).catch(
      ({ message }: Error) => `${RESTORED} was not restored: ${message}`,
    );
    if (stop.aborted) return;
    // Nobody is to wonder why the demo shows one more volume that is not safe.
    const copy = { namespace: "default", name: `${RESTORED}-restored` };
    if (cluster.store.has("persistentvolumeclaims", copy)) {
      cluster.store.patch("persistentvolumeclaims", copy, excluded);
    }
    if (screen === undefined) output.write(`${canvas.time(Date.now()).slice(11, 19)}  ${said}\n`);
    else screen.say(said);
  });
  const path = volumes.find(({ name }) => name === RESTORED)?.path;
  let drawing: Promise<void> | undefined;
  await runDaemon(
    {
      settings,
      environment: local,
      logger: pino({ level: "silent" }),
      onEvent: (event, scheduler) => {
        if (screen === undefined) narrate(event, scheduler);
        else screen.onEvent(event, scheduler);
        if (event.type === "snapshot.ready" && event.disk.id === path) restore.onSnapshot();
      },
      onStarted: ({ pagePort }) => {
        if (pagePort !== undefined) output.write(`In a browser:  http://127.0.0.1:${pagePort}/\n`);
        const program = environment["npm_lifecycle_event"] === undefined ? "" : "npx --yes pnpm@12 --silent ";
        output.write(`Restore one yourself, in another terminal:
  KUBE_CONFIG_FILE=${kubeconfig} LOCAL_SNAPSHOT_DIRECTORY=${snapshots} BACKENDS=local \\
    ${program}k8s-snapshots restore pvc/notes -n default --to-claim notes-restored --apply
`);
        output.write("Ctrl-C ends it.\n\n");
        if (screen !== undefined) drawing = showAgainAndAgain(output, screen, stop);
      },
    },
    stop,
  );
  await drawing;
  await restore.over;
  await cluster.close();
  output.write(`\nThe volumes and snapshots stay in ${folder}; nothing else was touched.\n`);
}

/** Of the demo's volumes, the one that it restores once there are two snapshots of it. */
const RESTORED = "photos";
const excluded = {
  metadata: {
    annotations: { [annotationKeys(DEFAULT_DELTAS_ANNOTATION_KEY).exclude]: "a copy that the demo has restored" },
  },
};

/** Restores once, after the second snapshot. */
class OneRestore {
  readonly #restore: () => Promise<void>;
  #snapshots = 0;
  over: Promise<void> | undefined;

  constructor(restore: () => Promise<void>) {
    this.#restore = restore;
  }

  onSnapshot(): void {
    this.#snapshots++;
    if (this.#snapshots === 2) this.over = this.#restore();
  }
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
