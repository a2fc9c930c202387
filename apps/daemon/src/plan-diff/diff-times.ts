import { describeDeferral, reasons } from "@k8s-snapshots/scheduler";
import type { Canvas } from "../drawing/style.ts";
import { spanInWords, wrapText } from "../drawing/words.ts";
import { paceOf, type ScheduleDiff } from "./schedule-diff.ts";

const DAY = 86_400_000;

/** When they go: the grace, the pace of the deletion budget, and when it is over. */
export function whenLines(diff: ScheduleDiff, canvas: Canvas): readonly string[] {
  const { after, expires, foresight } = diff;
  if (expires.length === 0) return [`  Nothing goes because of it: ${after.text} wants all that there is.`];
  return [
    "  When, if the deltas are edited now",
    ...stepsOf(diff, canvas).flatMap(([when, what]) => {
      const [first = "", ...more] = wrapText(what, canvas.width - WHEN_WIDTH - 4);
      return [`    ${when.padEnd(WHEN_WIDTH)}${first}`, ...more.map((line) => `    ${" ".repeat(WHEN_WIDTH)}${line}`)];
    }),
    ...(foresight.spacing === undefined ? [] : coarseLines(foresight.spacing, canvas)),
    ...blockers(diff, canvas),
  ];
}

const WHEN_WIDTH = 25;

type Step = readonly [when: string, what: string];

function stepsOf({ now, expires, foresight }: ScheduleDiff, canvas: Canvas): readonly Step[] {
  const { inForceAt, grace, window, isSettled, until } = foresight;
  const time = (instant: number): string => toTheMinute(canvas.time(instant));
  const inGrace = `nothing goes that the old deltas keep: a grace of ${spanInWords(grace)} after the first snapshot under the new ones; editing back undoes it`;
  const ofOld = expires.filter(({ keptBy }) => keptBy === "old");
  const pace = paceOf(expires, window);
  const early = expires.filter(({ goesAt }) => goesAt !== undefined && goesAt < (inForceAt ?? until)).length;
  const steps: Step[] = [];
  if (inForceAt === undefined) {
    steps.push([`until ${time(until)}`, `and longer, ${inGrace}`]);
  } else if (inForceAt > now && ofOld.length > 0) {
    steps.push([`until ${time(inForceAt)}`, inGrace]);
  }
  if (early > 0 && steps.length > 0)
    steps.push(["meanwhile", `${early} go${early === 1 ? "es" : ""} that neither keeps`]);
  if (pace === undefined) return steps;
  const days = window === DAY ? "a day" : `in ${spanInWords(window)}`;
  const gone = expires.filter(({ goesAt }) => goesAt !== undefined).length;
  const left = expires.length - gone;
  const all = gone < expires.length ? `${gone} of ${expires.length}` : gone === 1 ? "the one" : `all ${gone}`;
  if (pace.first === pace.last) {
    steps.push([pace.first <= now ? "at once" : `at    ${time(pace.first)}`, `${all} go${gone === 1 ? "es" : ""}`]);
  } else {
    const order = `at most ${pace.most} ${days}, the oldest first, never the newest`;
    steps.push([`from  ${time(pace.first)}`, order], [`by    ${time(pace.last)}`, `${all} are gone`]);
  }
  if (left > 0)
    steps.push(["", isSettled ? `${left} stay: the new deltas want them by then` : `${left} go after that, as fast`]);
  return steps;
}

function coarseLines(spacing: number, { paint, width }: Canvas): readonly string[] {
  const text = `There are many: it was run with a new snapshot each ${spanInWords(spacing).replace(/^an? /, "")} only, and times may be off by that.`;
  return wrapText(text, width - 4).map((line) => paint("soft", `    ${line}`));
}

/** What keeps them from going at all, as far as it was looked at. */
function blockers({ foresight: { deferrals, isSettled } }: ScheduleDiff, { width }: Canvas): readonly string[] {
  if (isSettled) return [];
  const serious = deferrals.filter(({ reason }) => {
    const { defers, severity } = reasons[reason];
    return (defers !== "nothing" && severity !== "info") || reason === "Grace";
  });
  return serious.flatMap((deferral) =>
    wrapText(`! ${deferral.reason}: ${describeDeferral(deferral)}`, width - 4).map((line) => `    ${line}`),
  );
}

/** `2026-01-01T00:00+01:00` */
export function toTheMinute(time: string): string {
  return time.replace(/:\d\d(\.\d+)?(?=Z$|[+-]\d\d:\d\d$)/, "");
}
