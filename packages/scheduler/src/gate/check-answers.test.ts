import type { Snapshot } from "@k8s-snapshots/backend-api";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { expect, it } from "vitest";
import { checkAnswers, checked } from "./check-answers.ts";

const whole = { id: "s", diskId: "d", createdAt: new Date(0), state: "ready", labels: {} } as unknown as Snapshot;

it.each([
  ["id", ""],
  ["id", "two\nlines"],
  ["id", undefined],
  ["diskId", ""],
  ["diskId", undefined],
  ["createdAt", "2026-01-01"],
  ["createdAt", new Date("no date")],
  ["state", "completed"],
  ["labels", null],
  ["labels", undefined],
])("refuses a snapshot whose %s is %j", (field, value) => {
  expect(() => checked({ ...whole, [field]: value } as Snapshot)).toThrow(/the backend answered with a snapshot/);
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
