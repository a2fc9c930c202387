import {
  type AccessReport,
  BACKEND_API_VERSION,
  BackendError,
  type BackendManifest,
  type CallOptions,
  type CreateSnapshotRequest,
  type Disk,
  type DiskSpec,
  type ListSnapshotsRequest,
  type PersistentVolumeView,
  type Snapshot,
  type SnapshotBackend,
  type SnapshotReference,
  type SnapshotState,
} from "@k8s-snapshots/backend-api";
import { readDiskSpec, throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import type { AcmeClient, AcmePage, AcmeQuery, AcmeSnapshot } from "./acme-client.ts";

export const manifest: BackendManifest = {
  apiVersion: BACKEND_API_VERSION,
  name: "acme",
  volumes: { csiDrivers: ["csi.acme.example"] },
  settings: [{ variable: "ACME_TOKEN", description: "API token", required: true, secret: true }],
  diskSchema: {
    type: "object",
    properties: { volume: { type: "string", description: "the volume's id" } },
    required: ["volume"],
  },
};

const location = "acme";
const states: Readonly<Record<string, SnapshotState>> = { creating: "pending", available: "ready", error: "failed" };

export class AcmeBackend implements SnapshotBackend {
  readonly apiVersion = BACKEND_API_VERSION;
  readonly name = manifest.name;
  readonly capabilities = { restore: false, listLagMs: 0 };
  readonly #client: AcmeClient;

  constructor(client: AcmeClient) {
    this.#client = client;
  }

  async diskForVolume({ spec }: PersistentVolumeView, options?: CallOptions): Promise<Disk | undefined> {
    throwIfAborted(options);
    return spec.csi?.driver === "csi.acme.example" ? { location, id: spec.csi.volumeHandle } : undefined;
  }

  async diskForSpec(spec: DiskSpec, options?: CallOptions): Promise<Disk> {
    throwIfAborted(options);
    return { location, id: readDiskSpec(spec, manifest.diskSchema)["volume"] as string };
  }

  async *listSnapshots(request: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<Snapshot, void> {
    if (request.location !== location) throw new BackendError("invalid", `there is no location ${request.location}`);
    let page: number | undefined = 1;
    while (page !== undefined) {
      const query: AcmeQuery = { tags: request.labels, page };
      const answer: AcmePage = await this.#call(options, (signal) => this.#client.list(query, signal));
      yield* answer.snapshots.map(toSnapshot);
      page = answer.nextPage;
    }
  }

  async createSnapshot(request: CreateSnapshotRequest, options?: CallOptions): Promise<Snapshot> {
    const input = { volume: request.disk.id, token: request.idempotencyKey, tags: request.labels };
    return toSnapshot(await this.#call(options, (signal) => this.#client.create(input, signal)));
  }

  async deleteSnapshot({ id }: SnapshotReference, options?: CallOptions): Promise<void> {
    try {
      await this.#call(options, (signal) => this.#client.delete(id, signal));
    } catch (error) {
      if ((error as BackendError).code !== "not-found") throw error;
    }
  }

  async checkAccess(_location: string, options?: CallOptions): Promise<AccessReport> {
    await this.#call(options, (signal) => this.#client.list({ tags: { none: "none" }, page: 1 }, signal));
    return {
      checks: [
        { permission: "snapshots:read", status: "granted" },
        { permission: "snapshots:write", status: "unknown", detail: "Acme says so only when one is made." },
      ],
    };
  }

  async #call<T>(options: CallOptions | undefined, call: (signal?: AbortSignal) => Promise<T>): Promise<T> {
    throwIfAborted(options);
    try {
      return await call(options?.signal);
    } catch (error) {
      throwIfAborted(options);
      throw toBackendError(error);
    }
  }
}

function toSnapshot({ id, volume, created, status, tags }: AcmeSnapshot): Snapshot {
  const state = states[status] ?? "unknown";
  return { id, location, diskId: volume, createdAt: new Date(created), state, labels: tags };
}

function toBackendError(error: unknown): BackendError {
  const { status } = error as { status?: number };
  if (status === 403) return new BackendError("forbidden", "Acme refuses: grant the permission", { cause: error });
  if (status === 404) return new BackendError("not-found", "Acme has no such object", { cause: error });
  if (status === 423) return new BackendError("locked", "Acme retains it until its lock expires", { cause: error });
  if (status === 429) return new BackendError("throttled", "Acme asks to slow down", { cause: error });
  return new BackendError("unavailable", "Acme did not answer", { outcome: "unknown", cause: error });
}
