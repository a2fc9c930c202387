import {
  type DatedSnapshot,
  type Deltas,
  decideRetention,
  describeExpireReason,
  describeKeepReason,
  type ExpireReason,
  type KeepReason,
} from "@k8s-snapshots/retention";
import { expiredMark, markOfKept } from "../drawing/marks.ts";
import type { Canvas } from "../drawing/style.ts";
import { drawTimeline } from "../drawing/timeline.ts";
import { intervalOf, scheduleInWords, wrapText } from "../drawing/words.ts";
import { expireJson, keepJson } from "./reason-json.ts";

/** What a schedule does to snapshots, as the daemon would see them. */
export interface SnapshotDecision {
  readonly snapshot: DatedSnapshot;
  readonly kept: readonly (KeepReason | { readonly kind: "future" })[];

  /** `undefined`: it is kept. */
  readonly expired: ExpireReason<DatedSnapshot> | undefined;
}

/** Clocks differ: what is dated further ahead is kept, and counts for nothing, as with the daemon (safety rule 1). */
const TOLERANCE = 5 * 60_000;

/**
 * What the schedule keeps and expires at `now`, newest first.
 *
 * @param isAsIf - `now` was asked for: what is later does not exist yet, and is left out
 */
export function decide(
  deltas: Deltas,
  snapshots: readonly DatedSnapshot[],
  now: Date,
  isAsIf: boolean,
): readonly SnapshotDecision[] {
  const latest = now.getTime() + (isAsIf ? 0 : TOLERANCE);
  const isPast = ({ createdAt }: DatedSnapshot): boolean => createdAt.getTime() <= latest;
  const { kept, expired } = decideRetention(deltas, snapshots.filter(isPast));
  const future = isAsIf ? [] : snapshots.filter((snapshot) => !isPast(snapshot));
  const decisions: SnapshotDecision[] = [
    ...future.map((snapshot) => ({ snapshot, kept: [{ kind: "future" } as const], expired: undefined })),
    ...kept.map(({ snapshot, reasons }) => ({ snapshot, kept: reasons, expired: undefined })),
    ...expired.map(({ snapshot, reason }) => ({ snapshot, kept: [], expired: reason })),
  ];
  return decisions.sort((a, b) => b.snapshot.createdAt.getTime() - a.snapshot.createdAt.getTime());
}

/** `{kept: [{id, createdAt, reasons}], expired: [{id, createdAt, reason}]}`, newest first; reasons have a `kind`. */
export function retentionJson(decisions: readonly SnapshotDecision[]): string {
  const answer = {
    kept: decisions
      .filter(({ expired }) => expired === undefined)
      .map(({ snapshot, kept }) => ({ ...snapshot, reasons: kept.map(keepJson) })),
    expired: decisions.flatMap(({ snapshot, expired }) =>
      expired === undefined ? [] : [{ ...snapshot, reason: expireJson(expired) }],
    ),
  };
  return `${JSON.stringify(answer, undefined, 2)}\n`;
}

/** More lines than this nobody reads: then what expires is summed up. */
const MOST_LINES = 200;

/** Drawn, and a line for each snapshot, newest first. */
export function retentionText(
  deltas: Deltas,
  decisions: readonly SnapshotDecision[],
  now: Date,
  canvas: Canvas,
): string {
  const { paint, width } = canvas;
  const expired = decisions.filter((decision) => decision.expired !== undefined).length;
  const marks = decisions
    .filter(({ snapshot }) => snapshot.createdAt <= now)
    .map((decision) => ({
      age: now.getTime() - decision.snapshot.createdAt.getTime(),
      mark: decision.expired === undefined ? markOfKept(decision.kept, deltas) : expiredMark,
    }));
  const listed = decisions.length <= MOST_LINES ? decisions : decisions.filter((one) => one.expired === undefined);
  const shown = listed.slice(0, MOST_LINES);
  const widest = shown.reduce((most, { snapshot }) => Math.max(most, snapshot.id.length), 0);
  const rest = decisions.length - shown.length;
  return [
    paint("strong", deltas.text),
    ...wrapText(scheduleInWords(deltas), width),
    "",
    ...(marks.length === 0 ? [] : [...drawTimeline(canvas, marks, intervalOf(deltas)), ""]),
    ...shown.map((decision) => lineOf(decision, widest, canvas)),
    ...(rest === 0 ? [] : [paint("soft", `… and ${rest} that are not listed: --output json has them all`)]),
    `${decisions.length - expired} kept, ${expired} expired by ${deltas.text}`,
    "",
  ].join("\n");
}

function lineOf({ snapshot, kept, expired }: SnapshotDecision, widest: number, { paint, time }: Canvas): string {
  const what = expired === undefined ? "keep  " : paint("bad", "expire");
  const why = expired === undefined ? kept.map(keepWords).join("; ") : describeExpireReason(expired);
  return `${what}  ${time(snapshot.createdAt.getTime())}  ${snapshot.id.padEnd(widest)}  ${why}`;
}

function keepWords(reason: SnapshotDecision["kept"][number]): string {
  return reason.kind === "future" ? "dated in the future: kept, and counts for nothing" : describeKeepReason(reason);
}
