import { inspect } from "node:util";
import fc from "fast-check";
import { expect } from "vitest";
import {
  type AccessReport,
  type BackendErrorCode,
  type BackendErrorScope,
  isBackendError,
  type Snapshot,
  type SnapshotBackend,
} from "../packages/backend-api/src/index.ts";
import { type AnswerServer, type AskedRequest, type Exchange, startAnswerServer } from "./answer-server.ts";
import { type SoundAnswer, type TwistOptions, twisted, twists } from "./answer-twists.ts";
import { wholeCount } from "./whole-count.ts";

/** How many answers each cloud gives: `pnpm test` has few, CI a hundred thousand. */
export const FUZZ_ANSWERS = Number(process.env["FUZZ_ANSWERS"] ?? wholeCount(2_500, 150));

/** Ten times what it takes on a quiet machine, in milliseconds. */
export const FUZZ_TIMEOUT_MS = 60_000 + 40 * FUZZ_ANSWERS;

/** What a call came to. */
export type Outcome =
  | { readonly kind: "resolved"; readonly value: unknown }
  | { readonly kind: "rejected"; readonly error: unknown };

/** A call of a backend, and what it may come to, whatever is answered. */
export interface FuzzedCall {
  readonly name: string;
  readonly call: (backend: SnapshotBackend, onDate: (date: Date) => void) => Promise<unknown>;
  /** What may be deleted. Default: nothing. */
  readonly mayDelete?: (request: AskedRequest) => boolean;
  /** What else must be so; throws if it is not. */
  readonly check?: (outcome: Outcome, exchanges: readonly Exchange[]) => void;
}

/** A cloud whose answers are deformed. */
export interface FuzzedCloud extends TwistOptions {
  readonly open: (server: AnswerServer) => Promise<() => Promise<SnapshotBackend>>;
  /** What it would answer if all was well. */
  readonly answer: (request: AskedRequest) => SoundAnswer;
  readonly calls: readonly FuzzedCall[];
}

/** Each call sees at most so many deformed answers; what comes after them is sound, so that lists end. */
const mostTwists = 6;
const callsAtOnce = 200;

/** Calls a backend until as many answers were given, and checks what each call came to. */
export async function fuzzAnswers(cloud: FuzzedCloud): Promise<void> {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  const server = await startAnswerServer();
  const open = await cloud.open(server);
  const script = fc.tuple(
    fc.constantFrom(...cloud.calls.map(({ name }) => name)),
    fc.array(twists(cloud), { minLength: 1, maxLength: mostTwists, size: "max" }),
  );
  const property = fc.asyncProperty(script, async ([name, deformed]) => {
    const call = cloud.calls.find((each) => each.name === name) as FuzzedCall;
    server.begin((request, index) => {
      const sound = cloud.answer(request);
      return twisted(sound, deformed[index] ?? { kind: "none" }, cloud);
    });
    const dates: Date[] = [];
    const outcome = await outcomeOf(call.call(await open(), (date) => void dates.push(date)));
    assertDates(dates);
    if (outcome.kind === "rejected") assertKnown(outcome.error, cloud.secret);
    const deleted = server.exchanges.filter(({ method }) => method === "DELETE");
    expect(deleted.filter((request) => !call.mayDelete?.(request))).toEqual([]);
    call.check?.(outcome, server.exchanges);
    expect(unhandled).toEqual([]);
  });
  try {
    for (let seed = 2_026; server.answered < FUZZ_ANSWERS; seed++) {
      await fc.assert(property, { seed, numRuns: callsAtOnce });
    }
  } finally {
    process.off("unhandledRejection", onUnhandled);
  }
}

/** @throws {AssertionError} if a snapshot has what the contract excludes */
export function assertSnapshot(snapshot: Snapshot): void {
  const { id, diskId, createdAt, state, labels, sizeBytes = 0 } = snapshot;
  expect(typeof id === "string" && id !== "", `id ${inspect(id)}`).toBe(true);
  expect(["pending", "ready", "failed", "deleting", "unknown"]).toContain(state);
  if (state !== "unknown") {
    expect(diskId).not.toBe("");
    expect(createdAt.getTime()).not.toBeNaN();
  }
  expect(Object.values(labels).every((value) => typeof value === "string")).toBe(true);
  expect(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0, `size ${sizeBytes}`).toBe(true);
}

/** @throws {AssertionError} if a report has what the contract excludes, or the secret */
export function assertReport({ checks }: AccessReport, secret: string): void {
  for (const { status } of checks) expect(["granted", "missing", "unknown"]).toContain(status);
  expect(inspect(checks, { depth: 20 })).not.toContain(secret);
}

const codes = Object.keys({
  aborted: 0,
  forbidden: 0,
  "in-use": 0,
  invalid: 0,
  "limit-reached": 0,
  locked: 0,
  "not-found": 0,
  throttled: 0,
  unauthenticated: 0,
  unavailable: 0,
  unexpected: 0,
} satisfies Record<BackendErrorCode, 0>);
const scopes = Object.keys({ snapshot: 0, disk: 0, location: 0, account: 0 } satisfies Record<BackendErrorScope, 0>);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const acting = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/;

function assertKnown(error: unknown, secret: string): void {
  if (!isBackendError(error)) throw new Error("rejected with something else than a BackendError", { cause: error });
  expect(codes).toContain(error.code);
  expect(scopes).toContain(error.scope);
  expect(error.message).not.toMatch(acting);
  const { retryAfterMs = 0 } = error;
  expect(retryAfterMs >= 0 && retryAfterMs <= 3_600_000, `retryAfterMs ${retryAfterMs}`).toBe(true);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret);
  // A TypeError of ours is a fault, whatever it is wrapped in.
  expect(error.message).not.toMatch(/is not a function|is not iterable|Cannot (?:read|convert|destructure)/);
}

function assertDates(dates: readonly Date[]): void {
  for (const date of dates) expect(date.getTime()).not.toBeNaN();
}

function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  return call.then(
    (value) => ({ kind: "resolved", value }),
    (error: unknown) => ({ kind: "rejected", error }),
  );
}
