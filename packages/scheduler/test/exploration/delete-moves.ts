import type { DeletionAction } from "../../src/planner/disk-plan.ts";
import type { ErrorFacts } from "../../src/state/fact.ts";
import { parseSchedule, scheduleKey } from "../../src/state/schedule-key.ts";
import { HOUR } from "../../src/state/time.ts";
import type { Move } from "./moves.ts";
import { answered, applyFact, type Deed, isLifted, type World } from "./world.ts";

/** The first deletion that the plan asks for, through the gate, and what it comes to. */
function deleteFirst(outcome: "done" | "refused" | "lost"): Move {
  return (setup, world, { deletions }) => {
    const [action] = deletions;
    if (action === undefined) return undefined;
    const { id } = action;
    const sent = applyFact(setup, world, { type: "deletion.sent", id });
    if (outcome === "refused") {
      const error: ErrorFacts = {
        code: "in-use",
        message: "in use",
        scope: "snapshot",
        outcome: "not-done",
        retryable: false,
        retryAfter: undefined,
      };
      const refusals = [...world.refusals.filter(({ at }) => at > world.now - HOUR), { id, at: world.now }];
      return applyFact(setup, answered(setup, { ...sent, refusals }), { type: "deletion.refused", id, error });
    }
    const stored = sent.stored.filter((one) => one.id !== id);
    const done: World = { ...sent, stored, deeds: [...sent.deeds, deedOf(world, action)] };
    if (outcome === "lost") {
      const error: ErrorFacts = {
        code: "unavailable",
        message: "lost",
        scope: "location",
        outcome: "unknown",
        retryable: true,
        retryAfter: undefined,
      };
      return applyFact(setup, done, { type: "deletion.refused", id, error });
    }
    return applyFact(setup, answered(setup, done), { type: "deletion.done", id, madeRoom: action.reason === "room" });
  };
}

function deedOf(world: World, { id, reason }: DeletionAction): Deed {
  const at = world.now;
  if (reason === "failed") return { what: "deleted-failed", at, id };
  if (reason === "room") return { what: "made-room", at, id };
  if (isLifted(world)) return { what: "deleted-lifted", at, id };
  const current = world.rule?.deltas && scheduleKey(world.rule.deltas);
  const text = world.seen?.find((one) => one.id === id)?.labels["k8s-snapshots/deltas"];
  const carried = text === undefined ? undefined : parseSchedule(text);
  const isOther = current !== undefined && (carried === undefined || scheduleKey(carried) !== current);
  return { what: isOther ? "deleted-other" : "deleted-own", at, id };
}

export const deleteMoves: Readonly<Record<string, Move>> = {
  delete: deleteFirst("done"),
  "delete is refused": deleteFirst("refused"),
  "delete is lost": deleteFirst("lost"),
};
