import { describeKeepReason } from "@k8s-snapshots/retention";
import { readCluster } from "../cluster-reading/read-cluster.ts";
import type { Canvas } from "../drawing/style.ts";
import { ageInWords, sizeInWords, wrapText } from "../drawing/words.ts";
import type { OwnedSnapshot } from "../inventory/cluster-inventory.ts";
import { findSnapshot } from "../inventory/find-snapshot.ts";
import { goesInWords } from "../inventory/snapshot-words.ts";
import { snapshotsJson } from "../list/list-snapshots.ts";
import { restoreLine } from "../restore/restore-line.ts";
import type { Session } from "../session.ts";
import type { Settings } from "../settings/settings.ts";

/** One snapshot, and when it was looked at. */
export interface SnapshotExplanation {
  readonly snapshot: OwnedSnapshot;
  readonly now: number;
}

/**
 * Finds a snapshot of ours by its id or name.
 *
 * @throws {Error} if the cluster cannot be read, or there is none
 */
export async function explainSnapshot(id: string, session: Session, settings: Settings): Promise<SnapshotExplanation> {
  const reading = await readCluster(session, settings);
  return { snapshot: findSnapshot(reading, id), now: reading.now.getTime() };
}

export function snapshotExplanationJson({ snapshot }: SnapshotExplanation): string {
  return `${JSON.stringify(snapshotsJson([snapshot])[0], undefined, 2)}\n`;
}

export function snapshotText({ snapshot, now }: SnapshotExplanation, canvas: Canvas): string {
  const { id, backend, location, disk, name, createdAt, state, sizeBytes, keptFor, goes, rule, deltas } = snapshot;
  const { namespace, claim, volume, hold } = snapshot;
  const of = claim === undefined ? (volume === undefined ? disk : `pv/${volume}`) : `pvc/${claim} in ${namespace}`;
  const facts: readonly (readonly [string, string])[] = [
    ["of", `${of}, disk ${disk}`],
    ["in", `${backend} ${location}${name === undefined || name === id ? "" : `, as ${name}`}`],
    ["taken", `${canvas.time(createdAt)}, ${ageInWords(Math.max(0, now - createdAt))} ago`],
    ["state", `${state}${sizeBytes === undefined ? "" : `, ${sizeInWords(sizeBytes)}`}`],
    ["rule", rule === undefined ? "gone" : `${rule}: ${deltas ?? "cannot be read"}`],
    ["kept", keptFor.length === 0 ? "by no slot of the schedule" : keptFor.map(describeKeepReason).join("; ")],
    ["goes", `${goesInWords(snapshot, now)}${goes.when === "later" ? "" : `: ${goes.why}`}`],
    ...(hold === undefined ? [] : [["hold", hold] as const]),
  ];
  const hint =
    hold === undefined
      ? [`k8s-snapshots hold ${id}`, "keeps it, whatever the schedule says"]
      : [`k8s-snapshots release ${id}`, "lets the schedule decide again"];
  const restore =
    claim === undefined || state !== "ready"
      ? []
      : ["", "Get it back:", `  ${restoreLine({ source: `snapshot/${id}`, namespace, name: claim })}`];
  return `${[
    canvas.paint("strong", id),
    ...facts.flatMap(([what, words]) =>
      wrapText(words, canvas.width - 9).map((line, index) => `  ${(index === 0 ? what : "").padEnd(6)} ${line}`),
    ),
    "",
    `${hint[0]}   ${canvas.paint("soft", hint[1] ?? "")}`,
    ...restore,
  ].join("\n")}\n`;
}
