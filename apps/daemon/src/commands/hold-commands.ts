import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import type { Command } from "commander";
import type { HoldOutcome } from "../hold/set-hold.ts";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";

interface HoldOptions {
  readonly reason?: string;
  readonly location?: string;
}

const LOCATION = "where it is: BACKEND/LOCATION, such as aws/eu-west-1. Default: wherever a rule has a disk";

/** `hold` and `release`: sets the label that keeps a snapshot, or takes it off. */
export function addHoldCommands(program: Command, context: CommandContext): void {
  const hold = program
    .command("hold")
    .description(`keep a snapshot whatever its schedule says, by the label ${HOLD_LABEL}`)
    .argument("<snapshot>", "its id, or its name")
    .option("--reason <text>", "why, for those who list it: the label's value. Default: true")
    .option("--location <place>", LOCATION)
    .addHelpText(
      "after",
      `
Examples:
  k8s-snapshots hold snap-0abc
  k8s-snapshots hold snap-0abc --reason "audit 2026, ask Ada"
  k8s-snapshots hold data-1 --location google/my-project

Only of snapshots that this cluster's daemon took. It needs the right to label snapshots, which the daemon itself does not.`,
    )
    .action(async (id: string, { reason, location }: HoldOptions) => {
      const { holdValue } = await import("../hold/set-hold.ts");
      await carryOut(hold, id, location, holdValue(reason), context);
    });
  addSettingFlags(hold.optionsGroup("Settings of the daemon:"));

  const release = program
    .command("release")
    .description("let the schedule decide again on a snapshot that is held")
    .argument("<snapshot>", "its id, or its name")
    .option("--location <place>", LOCATION)
    .addHelpText("after", "\nExamples:\n  k8s-snapshots release snap-0abc")
    .action(async (id: string, { location }: HoldOptions) => {
      await carryOut(release, id, location, undefined, context);
    });
  addSettingFlags(release.optionsGroup("Settings of the daemon:"));
}

async function carryOut(
  command: Command,
  id: string,
  location: string | undefined,
  hold: string | undefined,
  { environment, terminal }: CommandContext,
): Promise<void> {
  const settings = readSettings(command, environment);
  const { openSession } = await import("../session.ts");
  const { setHold } = await import("../hold/set-hold.ts");
  await using session = await openSession(settings, environment);
  terminal.output.write(`${outcomeInWords(await setHold({ id, location, hold }, session, settings))}\n`);
}

function outcomeInWords({ snapshot, hold, wasSo }: HoldOutcome): string {
  const { id, claim, namespace, disk, createdAt } = snapshot;
  const of = claim === undefined ? disk : `pvc/${claim} in ${namespace}`;
  const which = `${id} of ${of}, taken ${new Date(createdAt).toISOString()}`;
  if (hold === undefined) {
    return wasSo
      ? `${which}, is not held: nothing was changed.`
      : `${which}, is released: the schedule decides on it again.`;
  }
  const reason = hold === "true" ? "" : ` (${hold})`;
  return wasSo
    ? `${which}, is held already${reason}: nothing was changed.`
    : `${which}, is held${reason}: nothing deletes it until k8s-snapshots release ${id}.`;
}
