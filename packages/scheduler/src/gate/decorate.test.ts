import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { expect, it } from "vitest";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { checkAnswers } from "./check-answers.ts";
import { decorate } from "./decorate.ts";
import { limitTime } from "./limit-time.ts";
import { measureCalls } from "./measure-calls.ts";
import { observeDates } from "./observe-dates.ts";

const methods = [
  "diskForVolume",
  "diskForSpec",
  "listSnapshots",
  "createSnapshot",
  "deleteSnapshot",
  "checkAccess",
  "readSnapshot",
  "setSnapshotLabels",
  "restoreSnapshot",
  "close",
] as const;

/** A backend whose methods answer with their name, what they were called on, and what with. */
function talking(): SnapshotBackend {
  const { backend } = createMemoryBackend();
  const own: Record<string, unknown> = { ...backend };
  for (const method of methods) {
    own[method] = function (this: unknown, ...args: unknown[]) {
      return [method, this === own, ...args];
    };
  }
  return own as unknown as SnapshotBackend;
}

it("what is decorated keeps all that is not replaced, each method on its own backend", () => {
  const backend = talking();
  const decorated = decorate(backend, {}) as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const method of methods) {
    const args = method === "close" ? [] : ["request", "options"];
    expect(decorated[method]?.(...args)).toEqual([method, true, ...args]);
  }
  expect(decorated).toMatchObject({
    apiVersion: backend.apiVersion,
    name: backend.name,
    capabilities: backend.capabilities,
  });
});

it("what is decorated cannot do what its backend cannot", () => {
  const { readSnapshot, setSnapshotLabels, restoreSnapshot, close, ...least } = talking();
  const clock = new VirtualClock(0);
  for (const decorated of [
    decorate(least, {}),
    checkAnswers(least),
    observeDates(least, () => {}),
    limitTime(least, clock, 1_000),
    measureCalls(least, clock, () => {}),
  ]) {
    for (const method of ["readSnapshot", "setSnapshotLabels", "restoreSnapshot", "close"] as const) {
      expect(decorated, method).not.toHaveProperty(method);
    }
  }
});
