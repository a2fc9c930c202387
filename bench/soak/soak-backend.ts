/** A backend of the soak's storage system, loaded by the daemon as a third party's would be. */
import {
  BACKEND_API_VERSION,
  BackendError,
  type BackendFactory,
  type BackendManifest,
  type CallOptions,
  type Snapshot,
  type SnapshotBackend,
} from "@k8s-snapshots/backend-api";

const LOCATION = "soak";

export const manifest: BackendManifest = {
  apiVersion: BACKEND_API_VERSION,
  name: "soak",
  volumes: { sources: ["hostPath"] },
  settings: [{ variable: "SOAK_URL", description: "the storage system", required: true }],
  diskSchema: { type: "object", properties: {} },
};

interface Stored {
  readonly id: string;
  readonly disk: string;
  readonly createdAt: number;
  readonly labels: Readonly<Record<string, string>>;
}

export const createBackend: BackendFactory = ({ environment }): SnapshotBackend => {
  const call = async <T>(operation: string, body: unknown, options: CallOptions | undefined): Promise<T> => {
    let response: Response;
    try {
      response = await fetch(`${environment["SOAK_URL"]}/${operation}`, {
        method: "POST",
        body: JSON.stringify(body),
        ...(options?.signal && { signal: options.signal }),
      });
    } catch (cause) {
      throw new BackendError("unavailable", "the connection broke", { outcome: "unknown", retryable: true, cause });
    }
    const date = new Date(response.headers.get("date") ?? Number.NaN);
    if (!Number.isNaN(date.getTime())) options?.onDate?.(date);
    if (response.status === 429) throw new BackendError("throttled", "too many calls", { scope: "disk" });
    if (!response.ok) throw new BackendError("unavailable", `HTTP status ${response.status}`, { outcome: "not-done" });
    return (await response.json()) as T;
  };
  const toSnapshot = ({ id, disk, createdAt, labels }: Stored): Snapshot => ({
    id,
    location: LOCATION,
    diskId: disk,
    createdAt: new Date(createdAt),
    state: "ready",
    labels,
  });
  return {
    apiVersion: BACKEND_API_VERSION,
    name: "soak",
    capabilities: { restore: false, listLagMs: 0, minIntervalMs: 1_000 },
    diskForVolume: async ({ metadata }) => ({ location: LOCATION, id: metadata.name }),
    diskForSpec: async () => {
      throw new BackendError("invalid", "there are only volumes");
    },
    async *listSnapshots(_, options) {
      for (let from: number | undefined = 0; from !== undefined; ) {
        await options?.beforePage?.();
        const page: { items: Stored[]; next?: number } = await call("list", { from }, options);
        yield* page.items.map(toSnapshot);
        from = page.next;
      }
    },
    createSnapshot: async ({ disk, labels, idempotencyKey, mayExist }, options) =>
      toSnapshot(await call("create", { disk: disk.id, key: idempotencyKey, labels, mayExist }, options)),
    deleteSnapshot: async ({ id }, options) => void (await call("delete", { id }, options)),
    checkAccess: async () => ({ checks: [] }),
  };
};
