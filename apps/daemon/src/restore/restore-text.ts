import { printable, type RestoreProgress } from "@k8s-snapshots/backend-api";
import type { Canvas } from "../drawing/style.ts";
import { ageInWords, wrapText } from "../drawing/words.ts";
import type { RestoreOutcome, RestoreStep } from "./apply-restore.ts";
import type { RestorePlan } from "./restore-plan.ts";
import type { Known } from "./volume-shape.ts";

const INDENT = 10;

/** What a restore does, before it does it. */
export function planLines(plan: RestorePlan, now: Date, canvas: Canvas): readonly string[] {
  const { origin, old, snapshot, target, missing, otherCluster } = plan;
  const source =
    origin === undefined
      ? old === undefined
        ? snapshot.id
        : `pv/${old.metadata.name}`
      : `${origin.namespace}/${origin.name}`;
  const rights =
    missing.length === 0 ? [] : [["prints", `both, for kubectl apply: nobody here may ${missing.join(", ")}`] as const];
  return [
    canvas.paint("strong", `${printable(source, 520)}  →  ${target.namespace}/${target.claim}`),
    ...row("from", fromWords(plan, now, canvas), canvas),
    ...(otherCluster === undefined ? [] : row("", `of another cluster, ${printable(otherCluster, 63)}`, canvas)),
    ...row("into", intoWords(plan), canvas),
    ...row("", sourcesInWords(plan), canvas),
    ...row("makes", `pv/${target.persistentVolume}, which is retained, and pvc/${target.claim}`, canvas),
    ...rights.flatMap(([label, words]) => row(label, words, canvas)),
    ...row("leaves", leavesWords(plan), canvas),
  ];
}

/** A line for each step that was done. */
export function stepLine(step: RestoreStep, { target }: RestorePlan, elapsedMs: number, canvas: Canvas): string {
  const good = (words: string): string =>
    `  ${canvas.paint("good", "✓")} ${words.padEnd(60)} ${canvas.paint("soft", `${Math.round(elapsedMs / 1_000)} s`)}`;
  switch (step.step) {
    case "disk-begun":
      return `  … disk ${printable(step.diskId, 255)} is being made; Ctrl-C removes it`;
    case "disk-progress":
      return `  … ${progressWords(step).padEnd(60)} ${canvas.paint("soft", `${Math.round(elapsedMs / 1_000)} s`)}`;
    case "disk-made":
      return good(`disk ${printable(step.diskId, 255)} made`);
    case "volume-made":
      return good(`pv/${target.persistentVolume} made`);
    case "claim-made":
      return good(`pvc/${target.claim} made`);
    case "claim-bound":
      return good(`pvc/${target.claim} bound`);
    case "stopping":
      return "  … interrupted: removing what was made";
    case "removed":
      return good(`${printable(step.what, 300)} removed`);
    default:
      return step satisfies never;
  }
}

function progressWords({ fraction, state }: RestoreProgress): string {
  const said = [
    ...(fraction === undefined ? [] : [`${Math.floor(fraction * 100)} %`]),
    ...(state === undefined ? [] : [`the storage system says ${printable(state, 40)}`]),
  ];
  return said.length === 0 ? "still being made" : said.join(", ");
}

/** What came of it, and what is to be done now. */
export function outcomeLines(plan: RestorePlan, outcome: RestoreOutcome, canvas: Canvas): readonly string[] {
  const { left, error } = outcome;
  const { target, key, backend, snapshot } = plan;
  if (error !== undefined) {
    return [
      canvas.paint("bad", `Not restored: ${printable(error, 2_000)}`),
      ...left.flatMap(({ what, why, remedy }) => [
        `Left, for it could not be removed (${printable(why, 500)}): ${printable(what, 300)}`,
        `  ${printable(remedy, 600)}`,
      ]),
      ...(left.length === 0 ? ["Nothing is left of it."] : []),
    ];
  }
  if (!outcome.isMade) {
    return [
      "The disk is there. PersistentVolume and claim are above: kubectl apply -f - makes them. If nobody does, remove the disk:",
      backend.removeRestored === undefined
        ? `  ${outcome.diskId} in ${backend.name}/${snapshot.location}`
        : `  k8s-snapshots restore --undo ${key} --disk ${outcome.diskId} --location ${backend.name}/${snapshot.location}`,
      "",
      ...useLines(plan),
    ];
  }
  return [
    ...(outcome.isBound
      ? []
      : [
          `pvc/${target.claim} is not bound yet: kubectl -n ${target.namespace} get pvc ${target.claim} shows when it is.`,
        ]),
    ...useLines(plan),
  ];
}

/** What to do with the pod. */
export function useLines({ target, old }: RestorePlan): readonly string[] {
  const { namespace, claim } = target;
  const keep = old === undefined ? "" : "; keep the old one until you have looked";
  return [
    `To use it, let the pod name the new claim${keep}:`,
    `  kubectl -n ${namespace} scale deploy/NAME --replicas=0`,
    `  kubectl -n ${namespace} edit deploy/NAME        # claimName: ${claim}`,
    `  kubectl -n ${namespace} scale deploy/NAME --replicas=1`,
  ];
}

function fromWords({ snapshot, choice }: RestorePlan, now: Date, canvas: Canvas): string {
  const { id, name, createdAt } = snapshot;
  const which = {
    newest: "the newest good one",
    "newest-before": "the newest good one up to that time",
    named: "as named",
  } satisfies Record<typeof choice, string>;
  const called = name === undefined || name === id ? "" : ` (${printable(name, 255)})`;
  const age = ageInWords(Math.max(0, now.getTime() - createdAt.getTime()));
  return `${printable(id, 255)}${called}, ${which[choice]}: ${age} old, ${canvas.time(createdAt.getTime())}`;
}

function intoWords({ shape, backend, snapshot, parameters }: RestorePlan): string {
  const { size, storageClass, accessModes, volumeMode, fsType, zones } = shape;
  return [
    `a new disk in ${backend.name}/${snapshot.location}: ${size.value}`,
    storageClass.value === "" ? "no storage class" : `storage class ${storageClass.value}`,
    accessModes.value.join(" "),
    volumeMode.value === "Block" ? "a block device" : `a file system${fsType === undefined ? "" : `, ${fsType.value}`}`,
    ...(zones === undefined ? [] : [zones.value.join(" ")]),
    ...Object.entries(parameters).map(([name, value]) => `${name}=${printable(value, 255)}`),
  ].join(", ");
}

/** Who says so: whoever may write to a snapshot may have written what it says. */
function sourcesInWords({ shape }: RestorePlan): string {
  const labels = {
    size: "size",
    storageClass: "storage class",
    accessModes: "access modes",
    volumeMode: "volume mode",
    fsType: "file system",
    zones: "zone",
    csiDriver: "driver",
  } satisfies Record<keyof typeof shape, string>;
  const known = Object.entries(shape) as [keyof typeof shape, Known<unknown>][];
  const by = Map.groupBy(known, ([, { from }]) => (from.startsWith("--") ? "the command line" : from));
  const said = [...by].map(([from, fields]) => `${from} says ${fields.map(([field]) => labels[field]).join(", ")}`);
  return said.join("; ");
}

function leavesWords({ origin, old }: RestorePlan): string {
  if (old !== undefined)
    return `${origin === undefined ? `pv/${old.metadata.name}` : `pvc/${origin.name}`} and its disk as they are`;
  return "all that there is as it is: the old volume is not in the cluster";
}

function row(label: string, words: string, canvas: Canvas): readonly string[] {
  const lines = wrapText(words, canvas.width - INDENT);
  return lines.map((line, index) => `  ${canvas.paint("soft", (index === 0 ? label : "").padEnd(INDENT - 2))}${line}`);
}
