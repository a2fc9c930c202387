import { annotationKeys } from "@k8s-snapshots/k8s-source";
import type { Deltas } from "@k8s-snapshots/retention";
import { canvasOf } from "../drawing/style.ts";
import { parseTime } from "../plan/parse-time.ts";
import { readSnapshots } from "../plan/read-snapshots.ts";
import { diffJson } from "../plan-diff/diff-json.ts";
import { diffLines, goingLines } from "../plan-diff/diff-text.ts";
import { readClusterEdit, readEdit } from "../plan-diff/diff-words.ts";
import { imaginedDiff, settledSnapshots } from "../plan-diff/imagined-diff.ts";
import { policyOf } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import type { CommandContext } from "./command-context.ts";
import type { PlanOptions } from "./plan-options.ts";

/** `plan --diff "OLD" "NEW"`, without a cluster. */
export async function planDiff(
  words: readonly string[],
  options: PlanOptions,
  settings: Settings,
  { environment, terminal }: CommandContext,
  readInput: (file: string) => Promise<string>,
): Promise<void> {
  const edit = readEdit(words);
  for (const { message } of [...edit.before.warnings, ...edit.after.warnings]) {
    terminal.errors.write(`k8s-snapshots: warning: ${message}\n`);
  }
  const asked = options.now === undefined ? undefined : parseTime("--now", options.now);
  const now = asked ?? new Date();
  const policy = policyOf(settings);
  const file = options.snapshots;
  const given = file === undefined ? undefined : readSnapshots(file, await readInput(file));
  const snapshots = given?.filter(({ createdAt }) => asked === undefined || createdAt <= asked);
  const diff = imaginedDiff(edit, snapshots ?? settledSnapshots(edit.before, now, policy), now, {
    policy,
    isConfirmed: options.confirmDeltas === true,
  });
  if (options.output === "json") {
    terminal.output.write(`${JSON.stringify(diffJson(diff), undefined, 2)}\n`);
    return;
  }
  const canvas = canvasOf(terminal.output, environment);
  const about =
    given === undefined
      ? "Those that the old deltas settle to. Real ones: --snapshots FILE, or --cluster."
      : "As if the daemon had taken all under the old deltas; --cluster reads the labels.";
  const lines = [
    ...diffLines(diff, canvas),
    ...(given === undefined ? [] : goingLines(diff, canvas)),
    ...confirmLines(diff.expires.length > 0, edit.after, options, settings),
    "",
    canvas.paint("soft", about),
    canvas.paint("soft", "Nothing was changed."),
    "",
  ];
  terminal.output.write(lines.join("\n"));
}

/** `plan --cluster --diff`: with the disks and snapshots that there are. */
export async function planClusterDiff(
  words: readonly string[],
  options: PlanOptions,
  settings: Settings,
  { environment, terminal, exitWith }: CommandContext,
): Promise<void> {
  const { output, namespace, confirmDeltas } = options;
  const edit = readClusterEdit(words);
  const { readClusterDiff } = await import("../plan-diff/cluster-diff.ts");
  const { clusterDiffJson, clusterDiffLines } = await import("../plan-diff/cluster-diff-report.ts");
  const isConfirmed = confirmDeltas === true;
  const found = await readClusterDiff(edit, { namespace, isConfirmed }, settings, environment, (step) => {
    terminal.errors.write(`${step} ...\n`);
  });
  exitWith(found.disks.some(({ diff }) => "error" in diff) ? 1 : 0);
  if (output === "json") {
    terminal.output.write(clusterDiffJson(found));
    return;
  }
  const canvas = canvasOf(terminal.output, environment);
  const lines = [
    ...clusterDiffLines(found, canvas),
    ...confirmLines(true, edit.after, options, settings),
    "",
    canvas.paint("soft", "Nothing was changed."),
    "",
  ];
  terminal.output.write(lines.join("\n"));
}

function confirmLines(
  isUseful: boolean,
  after: Deltas,
  { confirmDeltas }: PlanOptions,
  { deltasAnnotationKey }: Settings,
): readonly string[] {
  if (!isUseful) return [];
  const annotation = `${annotationKeys(deltasAnnotationKey).confirmedDeltas}: ${after.text}`;
  if (confirmDeltas) return ["", "As if it were annotated beside the new deltas:", `  ${annotation}`];
  return ["", "To let them go at once, annotate beside the new deltas (try --confirm-deltas):", `  ${annotation}`];
}
