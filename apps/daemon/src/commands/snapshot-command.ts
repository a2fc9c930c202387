import { setTimeout } from "node:timers/promises";
import type { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";
import { UsageError } from "./usage-error.ts";

interface SnapshotOptions {
  readonly namespace?: string;
  readonly timeout: string;
  readonly wait: boolean;
}

const EXAMPLES = `
Examples:
  k8s-snapshots snapshot pvc/data -n shop              have one taken now, and wait until it is ready
  k8s-snapshots snapshot pvc/data -n shop --no-wait    only ask for it
  k8s-snapshots snapshot pvc/data --timeout PT2H       of a large volume

It annotates the object whose rule is in force with backup.kubernetes.io/snapshot-now, and the daemon takes the snapshot: by
all its safety rules, once for each request, and not closer to another one than MIN_INTERVAL and the storage system allow. A
request that nobody serves within an hour lapses. Exit code 1: it is not ready in time.`;

/** `snapshot`: has the daemon take one beside the schedule. */
export function addSnapshotCommand(program: Command, { environment, terminal, stop }: CommandContext): void {
  const command = program
    .command("snapshot")
    .description("ask the daemon for a snapshot now, beside the schedule, and wait until it is ready")
    .argument("<object>", "pvc/NAME, pv/NAME or rule/NAME")
    .option("-n, --namespace <namespace>", "of the claim or SnapshotRule. Default: the context's")
    .option("--timeout <duration>", "how long to wait, in ISO 8601", "PT10M")
    .option("--no-wait", "only ask for it")
    .addHelpText("after", EXAMPLES)
    .action(async (written: string, { namespace, timeout: writtenTimeout, wait }: SnapshotOptions) => {
      const { parseObjectName } = await import("../plan-diff/object-name.ts");
      const { openSession } = await import("../session.ts");
      const { requestSnapshot } = await import("../snapshot-now/request-snapshot.ts");
      const { awaitSnapshot } = await import("../snapshot-now/await-snapshot.ts");
      const name = parseObjectName(written);
      const timeout = await timeoutOf(writtenTimeout);
      const settings = readSettings(command, environment);
      await using session = await openSession(settings, environment, stop);
      const request = await requestSnapshot(name, namespace, Date.now(), session, settings);
      const asked = `Asked for a snapshot of ${request.rule.disk.id}, by an annotation on ${request.annotated}.`;
      if (!wait) return void terminal.output.write(`${asked}\n`);
      terminal.errors.write(`${asked}\n`);
      const snapshot = await awaitSnapshot(request, session, settings, {
        timeout,
        stop,
        onStep: (step) => void terminal.errors.write(`${step} ...\n`),
        pause: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
      });
      terminal.output.write(`${snapshot.id} is ready, taken ${new Date(snapshot.createdAt).toISOString()}\n`);
    });
  addSettingFlags(command.optionsGroup("Settings of the daemon:"));
}

async function timeoutOf(written: string): Promise<number> {
  const { parseDuration } = await import("../settings/duration.ts");
  try {
    return parseDuration(written);
  } catch (error) {
    throw new UsageError(`--timeout ${(error as Error).message}`);
  }
}
