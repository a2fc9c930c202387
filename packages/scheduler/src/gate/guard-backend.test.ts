import { BackendError, type CallOptions, type Snapshot, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { describe, expect, it } from "vitest";
import { MINUTE, SECOND } from "../state/time.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { type GuardedBackend, type GuardOptions, guardBackend } from "./guard-backend.ts";

const reference = { id: "s", location: "home" };
const made: Snapshot = {
  id: "s",
  location: "home",
  diskId: "d",
  createdAt: new Date(7_000),
  state: "pending",
  labels: {},
} as unknown as Snapshot;
const creation = {
  disk: { location: "home", id: "d" },
  name: "n",
  description: "",
  labels: {},
  idempotencyKey: "k",
};

interface Guarded extends GuardedBackend {
  readonly clock: VirtualClock;

  /** What reached the storage system, with when. */
  readonly sent: unknown[];
  readonly told: unknown[];
}

function guarded(storage: Partial<SnapshotBackend> = {}, options: Partial<GuardOptions> = {}): Guarded {
  const clock = new VirtualClock(0);
  const sent: unknown[] = [];
  const told: unknown[] = [];
  const { backend } = createMemoryBackend();
  const answers = {
    createSnapshot: () => Promise.resolve(made),
    deleteSnapshot: () => Promise.resolve(),
    readSnapshot: () => Promise.resolve(made),
    ...storage,
  };
  const calls = (kind: "createSnapshot" | "deleteSnapshot" | "readSnapshot") =>
    ((...args: [never, never]) => {
      sent.push([kind, clock.monotonic()]);
      return answers[kind](...args);
    }) as never;
  const whole = guardBackend(
    {
      ...backend,
      ...storage,
      createSnapshot: calls("createSnapshot"),
      deleteSnapshot: calls("deleteSnapshot"),
      readSnapshot: calls("readSnapshot"),
    },
    {
      clock,
      judge: {
        admitDeletion: (_, isRead) => (isRead ? "send" : "read"),
        reliesOn: () => undefined,
        noteRead: () => {},
        admitCreation: () => ({ name: "n", idempotencyKey: "k", labels: {}, mayExist: false }),
      },
      concurrency: 2,
      callTimeout: MINUTE,
      pendingLeft: () => 10,
      onCall: (call) => told.push(call),
      onDate: (date) => told.push(date),
      onPause: (kind, pause, error) => told.push([kind, pause, error.code]),
      onAccountThrottled: (error) => told.push(["account", error.code]),
      ...options,
    },
  );
  return { ...whole, clock, sent, told };
}

const throttled = (): Promise<never> => Promise.reject(new BackendError("throttled", "slow down", {}));
const never = (): Promise<never> => new Promise(() => {});

describe("a backend that is guarded", () => {
  it("tells of each call, how long it took and how it ended, and of each date", async () => {
    const failing = () => Promise.reject(new BackendError("in-use", "in use"));
    const { backend, told, clock } = guarded({
      deleteSnapshot: failing,
      readSnapshot: async (_, options) => {
        options?.onDate?.(new Date(9_000));
        await clock.sleep(SECOND);
        return made;
      },
    });
    await clock.runUntil(5 * SECOND);
    await backend.createSnapshot(creation);
    const deletion = expect(backend.deleteSnapshot(reference)).rejects.toMatchObject({ code: "in-use" });
    await clock.runUntil(7 * SECOND);
    await deletion;
    expect(told).toEqual([
      7_000,
      { kind: "create", took: 0, code: undefined },
      9_000,
      { kind: "read", took: SECOND, code: undefined },
      { kind: "delete", took: 0, code: "in-use" },
    ]);
  });

  it.each([
    ["creating n", { createSnapshot: never }],
    ["deleting s", { deleteSnapshot: never }],
    ["reading s", { readSnapshot: never }],
  ])("gives up %s after a minute", async (what, storage) => {
    const { backend, clock } = guarded(storage);
    const call = what === "creating n" ? backend.createSnapshot(creation) : backend.deleteSnapshot(reference);
    const outcome = expect(call).rejects.toMatchObject({
      code: "unavailable",
      message: `${what} had no answer within 60 s`,
    });
    await clock.runUntil(MINUTE);
    await outcome;
  });

  it("ends its calls when the program stops", async () => {
    const { backend } = guarded({ createSnapshot: never, readSnapshot: never });
    for (const call of [
      (signal: AbortSignal) => backend.createSnapshot(creation, { signal }),
      (signal: AbortSignal) => backend.deleteSnapshot(reference, { signal }),
    ]) {
      const abort = new AbortController();
      const outcome = expect(call(abort.signal)).rejects.toMatchObject({ code: "aborted" });
      abort.abort();
      await outcome;
    }
    const late = backend.deleteSnapshot(reference, { signal: AbortSignal.abort() });
    await expect(late).rejects.toMatchObject({ code: "aborted" });
  });

  it("hands each call a signal, and what observes dates", async () => {
    const options: unknown[] = [];
    const note =
      <T>(answer: T) =>
      (_: unknown, call: unknown): Promise<T> => {
        options.push(call);
        return Promise.resolve(answer);
      };
    const { backend } = guarded({
      createSnapshot: note(made),
      readSnapshot: note(made),
      deleteSnapshot: note(undefined as never),
    });
    await backend.createSnapshot(creation);
    await backend.deleteSnapshot(reference);
    const whole = { signal: expect.any(AbortSignal), onDate: expect.any(Function) };
    expect(options).toEqual([whole, whole, whole]);
  });

  it("refuses answers that are malformed, as the storage system's fault", async () => {
    const { backend } = guarded({ createSnapshot: () => Promise.resolve({ ...made, id: "" }) });
    await expect(backend.createSnapshot(creation)).rejects.toMatchObject({ code: "unexpected", scope: "location" });
    const read = guarded({ readSnapshot: () => Promise.resolve({ ...made, id: "" }) });
    await expect(read.backend.deleteSnapshot(reference)).rejects.toMatchObject({ code: "unexpected" });
    const gone = guarded({ readSnapshot: () => Promise.resolve(undefined) });
    await expect(gone.backend.deleteSnapshot(reference)).resolves.toBeUndefined();
  });

  it("rule 14: keeps creations and deletions to rates of their own", async () => {
    const { backend: memory } = createMemoryBackend();
    const capabilities = { ...memory.capabilities, callsPerSecond: { create: 1, delete: 2 } };
    const { backend, sent, clock } = guarded({ capabilities });
    for (let count = 0; count < 3; count++) void backend.createSnapshot(creation);
    for (let count = 0; count < 4; count++) void backend.deleteSnapshot(reference);
    await clock.runUntil(10 * SECOND);
    const times = (wanted: string): unknown[] =>
      (sent as [string, number][]).filter(([kind]) => kind === wanted).map(([, at]) => at);
    expect(times("createSnapshot")).toEqual([0, SECOND, 2 * SECOND]);
    expect(times("deleteSnapshot")).toEqual([0, 0, 500, SECOND]);
  });

  it("rule 14: reads of one snapshot take turns with the pages of a list, at a rate of their own", async () => {
    const { backend: memory } = createMemoryBackend();
    const capabilities = { ...memory.capabilities, callsPerSecond: { list: 2 } };
    const pagesAt: number[] = [];
    async function* listSnapshots(_: unknown, options?: CallOptions): AsyncGenerator<Snapshot> {
      for (let page = 0; page < 5; page++) {
        await options?.beforePage?.();
        pagesAt.push(clock.monotonic());
        yield made;
      }
    }
    const { backend, sent, clock } = guarded({ capabilities, listSnapshots });
    const list = Array.fromAsync(backend.listSnapshots({ location: "home", labels: {} }));
    await clock.runUntil(SECOND / 4);
    void backend.deleteSnapshot(reference);
    await Promise.all([list, clock.runUntil(10 * SECOND)]);
    expect(sent[0]).toEqual(["readSnapshot", SECOND]);
    expect(pagesAt).toEqual([0, 0, 500, 1_500, 2_000]);
  });

  it("rule 14: a page of a list that is throttled pauses lists and reads, and teaches them", async () => {
    const { backend: memory } = createMemoryBackend();
    let pages = 0;
    async function* listSnapshots(_: unknown, options?: CallOptions): AsyncGenerator<Snapshot> {
      for (;;) {
        await options?.beforePage?.();
        if (++pages > 200) throw new BackendError("throttled", "slow down", { scope: "location" });
        yield made;
      }
    }
    const capabilities = { ...memory.capabilities, callsPerSecond: { list: 5 } };
    const { backend, clock, told, rates } = guarded({ capabilities, listSnapshots });
    const list = expect(Array.fromAsync(backend.listSnapshots({ location: "home", labels: {} }))).rejects.toMatchObject(
      { code: "throttled" },
    );
    await clock.runUntil(MINUTE);
    await list;
    expect(told).toEqual([["list", SECOND, "throttled"]]);
    expect(rates().find(({ kind }) => kind === "list")?.perSecond).toBeCloseTo(5 * 0.97);
  });

  it.each([
    [true, 10],
    [false, 5],
  ])(
    "rule 14: it looks for more calls a second than are declared only where each kind has a limit of its own: %s",
    async (separateCallLimits, least) => {
      const { backend: memory } = createMemoryBackend();
      const capabilities = { ...memory.capabilities, callsPerSecond: { delete: 5 }, separateCallLimits };
      const { backend, clock, rates } = guarded({ capabilities });
      for (let count = 0; count < 3_000; count++) void backend.deleteSnapshot(reference).catch(() => {});
      await clock.runUntil(6 * MINUTE);
      const { perSecond = 0 } = rates().find(({ kind }) => kind === "delete") ?? {};
      expect(perSecond).toBeGreaterThanOrEqual(least);
      expect(perSecond).toBeLessThan(separateCallLimits ? 40 : 5.01);
    },
  );

  it("rule 9: pauses all that it calls where the account is asked to slow down, and says so once", async () => {
    const slow = new BackendError("throttled", "slow down", { scope: "account" });
    const { backend, told, clock } = guarded({ createSnapshot: () => Promise.reject(slow) });
    await Promise.all([backend.createSnapshot(creation).catch(() => {}), clock.runUntil(SECOND / 2)]);
    expect(told.filter((one) => Array.isArray(one))).toEqual([
      ["create", SECOND, "throttled"],
      ["delete", SECOND, "throttled"],
      ["list", SECOND, "throttled"],
      ["account", "throttled"],
    ]);
  });

  it("rule 9: pauses creations and deletions apart, and says which", async () => {
    const { backend, told, clock } = guarded({ createSnapshot: throttled, deleteSnapshot: throttled });
    const creating = backend.createSnapshot(creation).catch(() => {});
    const deleting = backend.deleteSnapshot(reference).catch(() => {});
    await Promise.all([creating, deleting, clock.runUntil(SECOND)]);
    expect(told).toContainEqual(["create", SECOND, "throttled"]);
    expect(told).toContainEqual(["delete", SECOND, "throttled"]);
  });

  it("begins no more creations than may be pending, and looks again when it is woken", async () => {
    let left = 1;
    const { backend, sent, clock, wake } = guarded({ createSnapshot: never }, { pendingLeft: () => left });
    for (let count = 0; count < 2; count++) void backend.createSnapshot(creation).catch(() => {});
    void backend.deleteSnapshot(reference);
    await clock.runUntil(SECOND);
    expect(sent.map((one) => (one as [string])[0])).toEqual(["createSnapshot", "readSnapshot", "deleteSnapshot"]);
    left = 2;
    wake();
    await clock.runUntil(2 * SECOND);
    expect(sent).toHaveLength(4);
  });

  it("cancels what waits for its turn, of each kind", async () => {
    async function* listSnapshots(_: unknown, options?: CallOptions): AsyncGenerator<Snapshot> {
      await options?.beforePage?.();
      yield made;
    }
    const { backend, sent, cancelWaiting } = guarded({ listSnapshots }, { concurrency: 0 });
    const list = Array.fromAsync(backend.listSnapshots({ location: "home", labels: {} }));
    const calls = [backend.createSnapshot(creation), backend.deleteSnapshot(reference), list].map((call) =>
      expect(call).rejects.toMatchObject({ code: "aborted", message: expect.stringContaining("not begun") }),
    );
    cancelWaiting();
    await Promise.all(calls);
    expect(sent).toEqual([]);
  });
});
