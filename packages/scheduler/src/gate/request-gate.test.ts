import type { Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend } from "@k8s-snapshots/backend-api/memory";
import { expect, it } from "vitest";
import { gateRequests, type Judge, NotAdmitted } from "./request-gate.ts";

const reference = { id: "s", location: "home" };
const snapshot = { id: "s", diskId: "d", createdAt: new Date(0), state: "ready", labels: {} } as unknown as Snapshot;
const creation = {
  disk: { location: "home", id: "d" },
  name: "planned",
  description: "",
  labels: {},
  idempotencyKey: "a",
};

function gated(judge: Partial<Judge>, reads = true): { backend: SnapshotBackend; sent: unknown[] } {
  const sent: unknown[] = [];
  const { backend } = createMemoryBackend();
  const storage: SnapshotBackend = {
    ...backend,
    deleteSnapshot: async ({ id }) => void sent.push(`delete ${id}`),
    readSnapshot: async ({ id }) => {
      sent.push(`read ${id}`);
      return snapshot;
    },
    createSnapshot: async (request) => {
      sent.push(request);
      return snapshot;
    },
  };
  const whole: Judge = {
    admitDeletion: () => "send",
    reliesOn: () => undefined,
    noteRead: () => {},
    admitCreation: () => ({ name: "newest", idempotencyKey: "b", labels: {}, mayExist: false }),
    ...judge,
  };
  const { readSnapshot, ...blind } = storage;
  return { backend: gateRequests(reads ? storage : blind, whole), sent };
}

const refuse = (): never => {
  throw new NotAdmitted("it", "Kept");
};

it("rule 2: what the newest plan does not delete is not sent", async () => {
  const { backend, sent } = gated({ admitDeletion: refuse });
  await expect(backend.deleteSnapshot(reference)).rejects.toThrow("it is not sent: Kept");
  expect(sent).toEqual([]);
});

it("rule 2: what the newest plan does not take is not sent, and what it takes is sent as that plan has it", async () => {
  const refused = gated({ admitCreation: refuse });
  await expect(refused.backend.createSnapshot(creation)).rejects.toThrow(NotAdmitted);
  expect(refused.sent).toEqual([]);
  const { backend, sent } = gated({});
  await backend.createSnapshot(creation);
  expect(sent).toStrictEqual([{ ...creation, name: "newest", idempotencyKey: "b" }]);
  const again = gated({ admitCreation: () => ({ name: "n", idempotencyKey: "c", labels: {}, mayExist: true }) });
  await again.backend.createSnapshot(creation);
  expect(again.sent).toStrictEqual([{ ...creation, name: "n", idempotencyKey: "c", mayExist: true }]);
});

it("rule 2: what has become needless is not sent, and that is said", () => {
  expect(new NotAdmitted("deleting s", undefined)).toMatchObject({
    name: "NotAdmitted",
    message: "deleting s is not sent: it is not needed any more",
  });
});

it("rule 2: what the backend cannot read is sent as it was planned", async () => {
  const { backend, sent } = gated({ admitDeletion: () => "read" }, false);
  await backend.deleteSnapshot(reference);
  expect(sent).toEqual(["delete s"]);
});

it("rule 2: what is to be read first is read, judged again, and only then sent", async () => {
  const noted: unknown[] = [];
  const noteRead = (id: string, readId: string, found: unknown): void => void noted.push([id, readId, found]);
  const { backend, sent } = gated({ noteRead, admitDeletion: (_, isRead) => (isRead ? "send" : "read") });
  await backend.deleteSnapshot(reference);
  expect(sent).toEqual(["read s", "delete s"]);
  expect(noted).toEqual([["s", "s", snapshot]]);

  const both = gated({ reliesOn: () => "newest", admitDeletion: (_, isRead) => (isRead ? "send" : "read") });
  await both.backend.deleteSnapshot(reference);
  expect(both.sent).toEqual(["read s", "read newest", "delete s"]);

  const held = gated({ admitDeletion: (_, isRead) => (isRead ? refuse() : "read") });
  await expect(held.backend.deleteSnapshot(reference)).rejects.toThrow(NotAdmitted);
  expect(held.sent).toEqual(["read s"]);
});
