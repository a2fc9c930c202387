import type { Snapshot } from "@k8s-snapshots/backend-api";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { expect, it } from "vitest";
import { checkAnswers, checked, listedSnapshot } from "./check-answers.ts";

const whole = { id: "s", diskId: "d", createdAt: new Date(0), state: "ready", labels: {} } as unknown as Snapshot;

it.each([
  ["id", "", "id is missing or malformed"],
  ["id", "two\nlines", "id is missing or malformed"],
  ["id", undefined, "id is missing or malformed"],
  ["diskId", "", "diskId is missing"],
  ["diskId", undefined, "diskId is missing"],
  ["createdAt", "2026-01-01", "createdAt is not a Date"],
  ["createdAt", new Date("no date"), "createdAt is not a valid Date"],
  ["state", "completed", "state is completed"],
  ["labels", null, "labels are missing"],
  ["labels", undefined, "labels are missing"],
])("refuses a snapshot whose %s is %j", (field, value, fault) => {
  const snapshot = { ...whole, [field]: value } as Snapshot;
  expect(() => checked(snapshot)).toThrow("the backend answered with a snapshot");
  expect(() => checked(snapshot)).toThrow(` whose ${fault}`);
});

it("what decisions look at is taken from a snapshot, and why it failed where that is said", () => {
  const row = { id: "s", createdAt: 0, state: "ready", labels: {} };
  expect(listedSnapshot({ ...whole, name: "n" })).toStrictEqual(row);
  expect(listedSnapshot({ ...whole, failure: "why" })).toStrictEqual({ ...row, failure: "why" });
});

it("takes one that is whole, and one of an unknown state without disk and date", () => {
  expect(checked(whole)).toBe(whole);
  const unknown = { ...whole, state: "unknown", diskId: "", createdAt: new Date("no date") } as Snapshot;
  expect(checked(unknown)).toBe(unknown);
});

it("refuses whatever a list yields so, as the location's trouble", async () => {
  const { backend } = createMemoryBackend();
  const faulty = checkAnswers({
    ...backend,
    async *listSnapshots() {
      yield { ...whole, id: "" };
    },
  });
  const list = async (): Promise<void> => {
    for await (const _ of faulty.listSnapshots({ location: "home", labels: {} }));
  };
  await expect(list()).rejects.toMatchObject({ code: "unexpected", scope: "location", retryable: true });
});
