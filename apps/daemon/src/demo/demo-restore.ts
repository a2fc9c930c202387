import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Canvas } from "../drawing/style.ts";
import { applyRestore } from "../restore/apply-restore.ts";
import { parseSource } from "../restore/parse-restore.ts";
import { planRestore } from "../restore/restore-plan.ts";
import { openSession } from "../session.ts";
import type { Settings } from "../settings/settings.ts";
import { compareFolders } from "./compare-folders.ts";

/** What restoring a volume of the demo takes. */
export interface DemoRestoreOptions {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;

  /** Where the snapshots lie. */
  readonly snapshots: string;
  readonly stop: AbortSignal;
}

const PAUSE_MS = 100;

/**
 * Restores the newest snapshot of a claim as `k8s-snapshots restore --apply` does, and compares each file with the snapshot's.
 *
 * @returns what came of it, in one line
 */
export async function restoreForDemo(
  name: string,
  { settings, environment, snapshots, stop }: DemoRestoreOptions,
  { time }: Pick<Canvas, "time">,
): Promise<string> {
  await using session = await openSession(settings, environment, stop);
  const { client, registry } = session;
  const claim = `${name}-restored`;
  const wish = {
    source: parseSource(`pvc/${name}`),
    namespace: "default",
    claim,
    persistentVolume: undefined,
    at: undefined,
    allowOtherNamespace: false,
    location: undefined,
    flags: {},
    parameters: {},
  };
  const plan = await planRestore(wish, { client, registry, settings, signal: stop, onStep: () => undefined });
  const { isBound, diskId, error } = await applyRestore(plan, {
    client,
    stop,
    makesObjects: true,
    onStep: () => undefined,
    pause: (signal) => setTimeout(PAUSE_MS, undefined, { signal }),
  });
  if (error !== undefined || diskId === undefined) return `${name} was not restored: ${error}`;
  const { id, createdAt } = plan.snapshot;
  const { files, different } = await compareFolders(join(snapshots, "snapshots", id, "data"), diskId);
  const same = different.length === 0 ? "all the same" : `not the same: ${different.join(", ")}`;
  const bound = isBound ? "" : ", not bound yet";
  return `restored ${name} as ${claim}${bound} from ${time(createdAt.getTime()).slice(11, 19)}: ${files} files, ${same}`;
}
