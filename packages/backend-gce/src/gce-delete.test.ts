import { expect, test, vi } from "vitest";
import type { ComputeApi, ComputeSnapshot } from "./compute-api.ts";
import { ComputeError } from "./compute-error.ts";
import { GceBackend } from "./gce-backend.ts";
import { parseGceConfig } from "./gce-config.ts";

const snapshot = { id: "data-1", location: "my-project" };

/** A deletion that Google refuses because the snapshot is not ready, and what a look at it says then. */
function refusing(look: () => Promise<ComputeSnapshot>): GceBackend {
  const api = {
    ensureToken: async () => {},
    deleteSnapshot: vi.fn<ComputeApi["deleteSnapshot"]>().mockRejectedValue(answered(400, "resourceNotReady")),
    getSnapshot: vi.fn<ComputeApi["getSnapshot"]>().mockImplementation(look),
  };
  return new GceBackend(parseGceConfig({}), { open: async () => api as Partial<ComputeApi> as ComputeApi });
}

test.each([
  ["is being deleted", async () => ({ status: "DELETING" })],
  ["is gone by now", () => Promise.reject(answered(404, "notFound"))],
])("deleting a snapshot that %s succeeds", async (_, look) => {
  await expect(refusing(look).deleteSnapshot(snapshot)).resolves.toBeUndefined();
});

test("deleting a snapshot that is being made fails", async () => {
  const backend = refusing(async () => ({ status: "CREATING" }));
  await expect(backend.deleteSnapshot(snapshot)).rejects.toMatchObject({
    code: "in-use",
    scope: "snapshot",
    retryable: true,
  });
});

/** As Compute Engine refuses. */
function answered(status: number, reason: string): Error {
  return ComputeError.ofAnswer(status, { error: { errors: [{ reason }] } });
}
