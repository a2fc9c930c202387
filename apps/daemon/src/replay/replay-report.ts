import { describeDeletion } from "../observability/describe-deletion.ts";
import { describeFact, describePlan } from "./describe-fact.ts";
import type { NumberedStep, ReplayedTrace } from "./replay-trace.ts";

/** An action that was taken, in words. */
export function actionText({ action, ...step }: NumberedStep): string {
  if (action === undefined) return "";
  const { kind, snapshot, reason, rule, why, objection } = action;
  const what = kind === "creation" ? "took" : "deleted";
  const judged =
    objection === undefined ? `${whyText(kind, reason, why)} (rule ${rule})` : `NOT WHAT THE CORE DOES: ${objection}`;
  return `${placeText(step)}  ${what} ${snapshot}${reason === undefined ? "" : ` as ${reason}`}: ${judged}`;
}

/** A fact and what the core plans after it: a block of lines. */
export function storyText(step: NumberedStep): string {
  const { action } = step;
  const lines = [`${placeText(step)}  ${describeFact(step)}`];
  if (action !== undefined) lines.push(`    ${actionText(step).slice(placeText(step).length + 2)}`);
  for (const line of describePlan(step.plan())) lines.push(`    plan: ${line}`);
  return lines.join("\n");
}

/** The last line, and before it what is missing. */
export function summaryText({ counts, cutOff }: ReplayedTrace): string {
  const { facts, creations, deletions, unexplained, dropped } = counts;
  const lines = cutOff.map((line) => `Line ${line} is cut off, as a process that is killed leaves it: left out.`);
  if (dropped > 0) lines.push(`${dropped} events are missing: the disk that the trace was written to was too slow.`);
  lines.push(
    `${facts} facts, ${creations} creations, ${deletions} deletions, ${unexplained} actions that the core does not take`,
  );
  return `${lines.join("\n")}\n`;
}

/** An action as JSON. */
export function actionJson(step: NumberedStep): object {
  const { kind, snapshot, reason, rule, why, objection } = step.action as NonNullable<NumberedStep["action"]>;
  return {
    ...placeJson(step),
    action: kind,
    snapshot,
    reason: reason ?? null,
    explained: objection === undefined,
    rule: rule ?? null,
    why: objection ?? whyText(kind, reason, why),
  };
}

/** A fact of a story as JSON. */
export function storyJson(step: NumberedStep): object {
  return {
    ...placeJson(step),
    fact: step.fact.type,
    text: describeFact(step),
    plan: describePlan(step.plan()),
  };
}

function placeJson({ line, backend, state, present }: NumberedStep): object {
  const { location, id } = state.disk;
  return { line, time: new Date(present.moment.wall).toISOString(), backend, location, disk: id };
}

function placeText({ line, backend, state, present }: Omit<NumberedStep, "action">): string {
  const { location, id } = state.disk;
  return `${line}  ${new Date(present.moment.wall).toISOString()}  ${backend} ${location} ${id}`;
}

const creationReasons: Readonly<Record<string, string>> = {
  first: "the disk had none",
  due: "the interval was over",
  resolve: "the answer to a request was lost, and it is looked for",
};

function whyText(
  kind: "creation" | "deletion",
  reason: string | undefined,
  why: NonNullable<NumberedStep["action"]>["why"],
): string {
  if (kind === "creation") return creationReasons[reason ?? ""] ?? "it was due";
  return describeDeletion({ reason: reason as "expired", why });
}
