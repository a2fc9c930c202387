import { type CallOptions, MARKS_LABEL, type Snapshot, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { expect, it } from "vitest";
import { observeDates } from "./observe-dates.ts";

const labels = { [MARKS_LABEL]: "1-mine" };
const request = { disk: { location: "home", id: "d" }, name: "n", description: "", labels, idempotencyKey: "k" };
const snapshot = {
  id: "s",
  diskId: "d",
  createdAt: new Date(5_000),
  state: "ready",
  labels,
} as unknown as Snapshot;

function observing(answer: (options: CallOptions | undefined) => void): { backend: SnapshotBackend; dates: number[] } {
  const dates: number[] = [];
  const { backend } = createMemoryBackend();
  const createSnapshot: SnapshotBackend["createSnapshot"] = (_, options) => {
    answer(options);
    return Promise.resolve(snapshot);
  };
  return { backend: observeDates({ ...backend, createSnapshot }, (date) => dates.push(date)), dates };
}

it("rule 15: the date of an answer counts, and that of the snapshot does not beside it", async () => {
  const { backend, dates } = observing((options) => options?.onDate?.(new Date(9_000)));
  await backend.createSnapshot(request);
  expect(dates).toEqual([9_000]);
});

it("rule 15: without one, that of the snapshot just begun", async () => {
  const { backend, dates } = observing(() => {});
  await backend.createSnapshot(request);
  expect(dates).toEqual([5_000]);
});

it("rule 15: not where the snapshot may be an old one, nor where there is no date", async () => {
  const { backend, dates } = observing((options) => options?.onDate?.(new Date("no date")));
  await backend.createSnapshot({ ...request, mayExist: true });
  expect(dates).toEqual([]);
  const silent = observing(() => {});
  await silent.backend.createSnapshot({ ...request, mayExist: true });
  expect(silent.dates).toEqual([]);
});

it("rule 15: nor that of a snapshot which an earlier request made under the same key", async () => {
  const { backend, dates } = observing(() => {});
  await backend.createSnapshot({ ...request, labels: { [MARKS_LABEL]: "1-mine-later" } });
  expect(dates).toEqual([]);
});
