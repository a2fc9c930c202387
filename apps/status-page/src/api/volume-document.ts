import type { CoverageVolume } from "./coverage-document.ts";
import type { MarkState, SlotClass, Timeline } from "./timelines-document.ts";

/** `GET api/v1/volumes/OBJECT`: all that is known of one volume. Times are ISO 8601 in UTC. */
export interface VolumeDocument {
  readonly now: string;
  readonly volume: CoverageVolume;

  /** As Kubernetes has it, such as `20Gi`. */
  readonly capacity: string | null;

  /** The schedule in words. */
  readonly schedule: string | null;
  readonly timeline: Timeline | null;

  /** The newest first. */
  readonly snapshots: readonly DetailSnapshot[];

  /** What is not done now, or somebody should know. */
  readonly deferrals: readonly DetailDeferral[];

  /** What would restore the newest good one; `null`: there is none. */
  readonly restore: string | null;

  /** What happened since the daemon started, the newest first; only the last few. */
  readonly events: readonly DetailEvent[];
}

/** One snapshot of the volume. */
export interface DetailSnapshot {
  readonly id: string;
  readonly createdAt: string;
  readonly ageSeconds: number;
  readonly state: MarkState;
  readonly slot: SlotClass;

  /** What keeps it, each in words; empty: no slot of the schedule wants it. */
  readonly keptFor: readonly string[];

  /** Somebody's label keeps it. */
  readonly held: boolean;

  /** What it occupies or stands for, as the storage system counts; `null`: it does not say, or was not asked yet. */
  readonly sizeBytes: number | null;

  /** When and why it goes; `null`: it stays for as long as it was looked ahead. */
  readonly goes: { readonly at: string | null; readonly why: string } | null;

  /** What would restore it; `null`: it is not ready. */
  readonly restore: string | null;
}

/** Something that is not done now, or that somebody should know. */
export interface DetailDeferral {
  readonly reason: string;
  readonly defers: "creation" | "deletion" | "both" | "nothing";
  readonly severity: "info" | "warning" | "error";
  readonly count: number;
  readonly until: string | null;
  readonly message: string;
}

/** What a Kubernetes Event said. */
export interface DetailEvent {
  readonly at: string;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}
