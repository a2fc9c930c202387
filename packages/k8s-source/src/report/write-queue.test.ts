import { beforeEach, describe, expect, test } from "vitest";
import { settle, VirtualClock } from "../../test/virtual-clock.ts";
import { KubernetesApiError, KubernetesConnectionError } from "../client/kubernetes-error.ts";
import { WriteQueue } from "./write-queue.ts";

describe("a write queue", () => {
  let clock: VirtualClock;
  let queue: WriteQueue;
  let written: string[];
  let errors: string[];
  let stop: AbortController;
  let abort: AbortController;
  let running: Promise<void>;

  beforeEach(() => {
    clock = new VirtualClock();
    written = [];
    errors = [];
    stop = new AbortController();
    abort = new AbortController();
    queue = new WriteQueue({ clock, gapMs: 200, onError: (key, _, again) => errors.push(`${key} ${again}`) });
    running = queue.run(stop.signal, abort.signal);
  });

  const write = (text: string) => async (): Promise<boolean> => {
    written.push(text);
    return true;
  };

  test("writes at once, and the next after the gap", async () => {
    queue.put("a", { write: write("a") });
    queue.put("b", { write: write("b") });
    await settle();
    expect(written).toEqual(["a"]);
    await clock.advance(199);
    expect(written).toEqual(["a"]);
    await clock.advance(1);
    expect(written).toEqual(["a", "b"]);
  });

  test("what turns out to be no write holds up none", async () => {
    queue.put("a", { write: async () => false });
    queue.put("b", { write: write("b") });
    await settle();
    expect(written).toEqual(["b"]);
  });

  test("of several for one key only the latest, and no later than the first was to be", async () => {
    queue.put("a", { write: write("first"), notBefore: clock.now() + 1_000 });
    queue.put("a", { write: write("second"), notBefore: clock.now() + 9_000 });
    await clock.advance(1_000);
    expect(written).toEqual(["second"]);
    await clock.advance(60_000);
    expect(written).toEqual(["second"]);
  });

  test("one that comes later and is due sooner goes first", async () => {
    queue.put("late", { write: write("late"), notBefore: clock.now() + 30_000 });
    await settle();
    queue.put("soon", { write: write("soon"), notBefore: clock.now() + 1_000 });
    await clock.advance(1_000);
    expect(written).toEqual(["soon"]);
  });

  test.each([
    ["no answer", new KubernetesConnectionError("away"), true],
    ["a busy server", new KubernetesApiError(429, "TooManyRequests", "later"), true],
    ["a server in trouble", new KubernetesApiError(500, "InternalError", "etcd"), true],
    ["a refusal", new KubernetesApiError(403, "Forbidden", "no"), false],
  ])("after %s", async (_, error, again) => {
    let failures = 1;
    queue.put("a", {
      write: async () => {
        if (failures-- > 0) throw error;
        written.push("a");
        return true;
      },
    });
    await settle();
    expect(errors).toEqual([`a ${again}`]);
    await clock.advance(10_200);
    expect(written).toEqual(again ? ["a"] : []);
  });

  test("event-1: 2,000 writes of one namespace do not make another's wait", async () => {
    for (let index = 0; index < 2_000; index++) {
      queue.put(`bad ${index}`, { write: write("bad"), namespace: "greedy", isUrgent: true });
    }
    await clock.advance(1_000);
    queue.put("honest", { write: write("honest"), namespace: "honest" });
    queue.put("nobody's", { write: write("nobody's") });
    await clock.advance(1_000);
    expect(written).toContain("honest");
    expect(written).toContain("nobody's");
  });

  test("of one namespace what is urgent goes first", async () => {
    for (const name of ["a", "b"]) queue.put(name, { write: write(name), namespace: "team" });
    queue.put("urgent", { write: write("urgent"), namespace: "team", isUrgent: true });
    await clock.advance(600);
    expect(written).toEqual(["urgent", "a", "b"]);
  });

  test("at the end what is due is written without a gap, and what is not due is left", async () => {
    queue.put("a", { write: write("a") });
    queue.put("b", { write: write("b") });
    queue.put("c", { write: write("c"), notBefore: clock.now() + 60_000 });
    await settle();
    stop.abort();
    await running;
    expect(written).toEqual(["a", "b"]);
  });

  test("at the end it waits for nobody once it is to break off", async () => {
    let signal: AbortSignal | undefined;
    queue.put("a", {
      write: (given) => {
        signal = given;
        return new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason)));
      },
    });
    queue.put("b", { write: write("b") });
    await settle();
    stop.abort();
    abort.abort();
    await running;
    expect(signal?.aborted).toBe(true);
    expect(written).toEqual([]);
  });
});
