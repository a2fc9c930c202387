import { type BackendErrorCode, IDEMPOTENCY_KEY_LABEL, type SnapshotState } from "@k8s-snapshots/backend-api";
import type { ErrorFacts } from "../../src/state/fact.ts";
import type { Move } from "./moves.ts";
import { isCopy } from "./ownership.ts";
import { answered, applyFact, listedOf, noteNewest, type Setup, type Stored, type World } from "./world.ts";

/** What a creation that the plan asks for comes to. */
type Outcome =
  | { readonly accepted: SnapshotState }
  | { readonly refused: BackendErrorCode }
  | { readonly throttled: "location" }
  | { readonly lost: "done" | "not done" };

function create(outcome: Outcome): Move {
  return (setup, world, { creation }) => {
    if (creation === undefined) return undefined;
    const { request, reason } = creation;
    const sent = applyFact(setup, world, { type: "creation.sent", request });
    if ("refused" in outcome) return refused(setup, sent, outcome.refused, "not-done");
    if ("throttled" in outcome) return throttled(setup, sent);
    if ("lost" in outcome && outcome.lost === "not done") return refused(setup, sent, "unavailable", "unknown");

    const labels = { ...request.labels, [IDEMPOTENCY_KEY_LABEL]: request.idempotencyKey };
    const earlier =
      reason === "resolve"
        ? sent.stored.find((one) => one.labels[IDEMPOTENCY_KEY_LABEL] === request.idempotencyKey)
        : undefined;
    if (earlier === undefined && isFull(setup, sent)) return refused(setup, sent, "limit-reached", "not-done");
    const state = "accepted" in outcome ? outcome.accepted : "ready";
    const snapshot: Stored = earlier ?? { id: `n${sent.made}`, createdAt: sent.now, state, labels };
    const isKnown = earlier !== undefined && ("lost" in outcome || sent.seen?.some(({ id }) => id === earlier.id));
    const what = earlier === undefined ? ("became-ready" as const) : ("came-to-be-known" as const);
    const came = snapshot.state === "ready" && !isKnown ? [{ what, at: sent.now, id: snapshot.id }] : [];
    const stored = earlier === undefined ? [...sent.stored, snapshot] : sent.stored;
    const done: World = { ...sent, stored, deeds: [...sent.deeds, ...came], made: sent.made + 1 };
    if ("lost" in outcome) return refused(setup, done, "unavailable", "unknown");
    const isRefused = earlier !== undefined && world.isRefused;
    return accepted(setup, { ...done, isRefused }, snapshot);
  };
}

function isFull({ maxSnapshotsPerDisk, accountLimit, mostStored }: Setup, { stored }: World): boolean {
  return stored.length >= Math.min(maxSnapshotsPerDisk ?? mostStored, accountLimit ?? mostStored, mostStored);
}

function accepted(setup: Setup, world: World, snapshot: Stored): World {
  const noted = noteNewest(world, [snapshot]);
  const seen = isCopy(snapshot) ? { ...noted, answeredLate: [...noted.answeredLate, snapshot.id] } : noted;
  return applyFact(setup, answered(setup, seen, true), { type: "creation.accepted", snapshot: listedOf(snapshot) });
}

function refused(setup: Setup, world: World, code: BackendErrorCode, outcome: ErrorFacts["outcome"]): World {
  const retryable = code !== "limit-reached";
  const error: ErrorFacts = { code, outcome, message: code, scope: "disk", retryable, retryAfter: undefined };
  return applyFact(setup, { ...world, isRefused: true }, { type: "creation.refused", error });
}

/** The storage system asks the whole location to slow down. */
function throttled(setup: Setup, world: World): World {
  const error: ErrorFacts = {
    code: "throttled",
    outcome: "not-done",
    message: "throttled",
    scope: "location",
    retryable: true,
    retryAfter: undefined,
  };
  return applyFact(setup, world, { type: "creation.refused", error });
}

/** A creation is sent, and its answer takes its time. */
const send: Move = (setup, world, { creation }) =>
  creation && creation.reason !== "resolve"
    ? applyFact(setup, world, { type: "creation.sent", request: creation.request })
    : undefined;

/** The answer comes: it was carried out just now. */
const answer: Move = (setup, world) => {
  const { creation } = world.state;
  if (!creation?.isUnderWay) return undefined;
  if (isFull(setup, world)) return refused(setup, world, "limit-reached", "not-done");
  const labels = { ...creation.request.labels, [IDEMPOTENCY_KEY_LABEL]: creation.request.idempotencyKey };
  const snapshot: Stored = { id: `n${world.made}`, createdAt: world.now, state: "ready", labels };
  const done: World = {
    ...world,
    stored: [...world.stored, snapshot],
    deeds: [...world.deeds, { what: "became-ready", at: world.now, id: snapshot.id }],
    made: world.made + 1,
    isRefused: false,
  };
  return accepted(setup, done, snapshot);
};

export const createMoves: Readonly<Record<string, Move>> = {
  "create is sent": send,
  "answer comes": answer,
  "create ready": create({ accepted: "ready" }),
  "create pending": create({ accepted: "pending" }),
  "create fails": create({ accepted: "failed" }),
  "create is refused": create({ refused: "unexpected" }),
  "create is throttled": create({ throttled: "location" }),
  "create hits a limit": create({ refused: "limit-reached" }),
  "create is lost": create({ lost: "done" }),
  "create is not done": create({ lost: "not done" }),
};
