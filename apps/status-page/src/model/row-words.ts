import type { CoverageVolume, Timeline } from "../api/index.ts";
import { ageInWords, intervalInWords, shortAge } from "./ages.ts";
import { scheduleOf } from "./schedule.ts";
import { nextSteps, reasonInWords, sentence } from "./words.ts";

/** What a row says of a volume. */
export interface RowWords {
  readonly schedule: string;

  /** Below the schedule: why it is not protected, or what there is. */
  readonly second: string;

  /** `57 min`, or `none`. */
  readonly newest: string;

  /** ` of 1 h`. */
  readonly interval: string;

  /** The newest one's age in intervals; `undefined`: there is none. */
  readonly intervals: number | undefined;
  readonly next: string;

  /** Of a volume without a timeline: what is wrong, and what to do. */
  readonly why: string;
  readonly fix: string;
}

export function rowWords(volume: CoverageVolume, timeline: Timeline | undefined, now: number): RowWords {
  const { protection, reason, message, rule, newest, held } = volume;
  const age = newest === null ? undefined : now - Date.parse(newest);
  const interval = (rule?.intervalSeconds ?? 0) * 1_000;
  return {
    schedule: rule === null ? reasonInWords(reason) : scheduleOf(rule.deltas).words,
    second: protection === "protected" ? kept(held ?? 0, timeline) : sentence(message),
    newest: age === undefined ? (protection === "excluded" ? "–" : "none") : shortAge(age),
    interval: age === undefined ? "" : ` of ${intervalInWords(interval)}`,
    intervals: age === undefined || interval === 0 ? undefined : age / interval,
    next: nextInWords(volume, now),
    why: sentence(message),
    fix: nextSteps[reason] ?? "",
  };
}

/** `in 3 min`, `due now`; empty where none is due. */
export function nextInWords({ dueAt, rule }: CoverageVolume, now: number): string {
  if (dueAt === null || rule === null) return "";
  const left = Date.parse(dueAt) - now;
  return left > 0 ? `in ${shortAge(left)}` : "due now";
}

/** `57 min ago`, `none`. */
export function newestInWords({ newest }: CoverageVolume, now: number): string {
  return newest === null ? "none" : `${ageInWords(now - Date.parse(newest))} ago`;
}

function kept(held: number, timeline: Timeline | undefined): string {
  const missing = timeline?.gaps.reduce((sum, gap) => sum + gap.missing, 0) ?? 0;
  const goes = timeline?.marks.filter(({ state, goes }) => state === "ready" && goes).length ?? 0;
  const pending = timeline?.marks.some(({ state }) => state === "pending") ? "one is being made" : "";
  return [
    `${held} kept`,
    missing > 0 && `${missing} missing`,
    goes > 0 && (goes === 1 ? "one goes next" : `${goes} go next`),
    pending,
  ]
    .filter(Boolean)
    .join(" · ");
}
