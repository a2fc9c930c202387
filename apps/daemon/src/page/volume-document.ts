import { describeExpireReason, type KeepReason } from "@k8s-snapshots/retention";
import { type Deferral, type DiskInspection, describeDeferral, reasons } from "@k8s-snapshots/scheduler";
import type {
  CoverageVolume,
  DetailDeferral,
  DetailEvent,
  DetailSnapshot,
  VolumeDocument,
} from "@k8s-snapshots/status-page/api";
import { volumeJson } from "../coverage/coverage-report.ts";
import type { VolumeCoverage } from "../coverage/volume-coverage.ts";
import { scheduleInWords } from "../drawing/words.ts";
import { instantJson } from "../instant-json.ts";
import { describeDeletion } from "../observability/describe-deletion.ts";
import { restoreLine } from "../restore/restore-line.ts";
import { goingDates } from "./going-dates.ts";
import { timelineOf } from "./timeline.ts";
import { type ViewedDisk, type ViewedSnapshot, viewDisk } from "./viewed-disk.ts";

/** What the document of a volume is made of. */
export interface VolumeDocumentOptions {
  readonly coverage: VolumeCoverage;

  /** `undefined`: it has no disk that is known. */
  readonly inspection: DiskInspection | undefined;
  readonly capacity: string | undefined;
  readonly events: readonly DetailEvent[];

  /** In milliseconds since 1970. */
  readonly now: number;
}

/** All that the page says of one volume. */
export async function volumeDocument(options: VolumeDocumentOptions): Promise<VolumeDocument> {
  const { coverage, inspection, capacity = null, events, now } = options;
  const disk = inspection && viewDisk(inspection);
  const deferrals = inspection?.plan.deferrals ?? [];
  const going = disk === undefined ? new Map<string, number>() : await goingDates(disk, now);
  const { namespace, name } = coverage;
  const restored = { source: namespace === undefined ? `pv/${name}` : `pvc/${name}`, namespace, name };
  const newest = disk?.snapshots.find(({ state }) => state === "ready");
  const sizes = inspection?.sizes?.byId();
  return {
    now: new Date(now).toISOString(),
    volume: volumeJson(coverage) as CoverageVolume,
    capacity,
    schedule: disk === undefined ? null : scheduleInWords(disk.deltas),
    timeline: disk === undefined ? null : timelineOf(disk, coverage),
    snapshots: disk?.snapshots.map((snapshot) => snapshotJson(snapshot, disk)) ?? [],
    deferrals: deferrals.map(deferralJson),
    restore: newest === undefined ? null : restoreLine(restored),
    events,
  };

  function snapshotJson(snapshot: ViewedSnapshot, { deltas }: ViewedDisk): DetailSnapshot {
    const { row, state, slot, keptFor } = snapshot;
    const { id, createdAt, marks } = row;
    const keepReason = (reason: KeepReason): string =>
      reason.kind === "newest" ? "the newest" : scheduleInWords({ ...deltas, generations: [reason.generation] });
    return {
      id,
      createdAt: new Date(createdAt).toISOString(),
      ageSeconds: Math.max(0, now - createdAt) / 1_000,
      ...{ state, slot, keptFor: keptFor.map(keepReason), held: marks.hold === true },
      sizeBytes: sizes?.get(id) ?? null,
      goes: goesJson(snapshot),
      restore:
        state !== "ready" ? null : restoreLine({ ...restored, takenAt: snapshot === newest ? undefined : createdAt }),
    };
  }

  function goesJson({ row: { id, marks }, goes, notKept }: ViewedSnapshot): DetailSnapshot["goes"] {
    const planned = inspection?.plan.deletions.find((deletion) => deletion.id === id);
    if (planned !== undefined) {
      const why = describeDeletion({ reason: planned.reason, why: notKept });
      return { at: new Date(now).toISOString(), why };
    }
    if (marks.hold === true) return null;
    if (goes === "waits") {
      const waits = deferrals.filter(({ reason }) => ["deletion", "both"].includes(reasons[reason].defers));
      const why = notKept === undefined ? "no slot wants it" : describeExpireReason(notKept, (by) => by.id);
      const until = waits.find(({ until }) => until !== undefined)?.until;
      return { at: instantJson(until), why: [why, ...waits.map(describeDeferral)].join("; ") };
    }
    const at = going.get(id);
    return at === undefined ? null : { at: instantJson(at), why: "no slot of the schedule wants it from then on" };
  }
}

function deferralJson(deferral: Deferral): DetailDeferral {
  const { reason, count, until } = deferral;
  const { defers, severity } = reasons[reason];
  return { reason, defers, severity, count, until: instantJson(until), message: describeDeferral(deferral) };
}
