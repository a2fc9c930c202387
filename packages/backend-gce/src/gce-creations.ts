import {
  type CallOptions,
  hasLabels,
  IDEMPOTENCY_KEY_LABEL,
  type ListSnapshotsRequest,
  type Snapshot,
} from "@k8s-snapshots/backend-api";
import { throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import type { ComputeCaller } from "./compute-caller.ts";
import { failedOperation, failureOf, wordsOf } from "./gce-error.ts";
import { requestIdOf } from "./gce-names.ts";
import { toDate } from "./gce-snapshot.ts";

/** A creation that Google accepted, and no list has shown the end of. */
interface AcceptedCreation {
  readonly snapshot: Snapshot;
  readonly requestId: string;
  readonly acceptedAt: number;
}

/** How far back operations are looked through, at most: at 1,500 changes a minute, these are six minutes. */
const mostOperations = 10_000;
const mostAccepted = 10_000;

/** Milliseconds until the fate of a creation that has left no trace is not looked for any more. */
const longestSearch = 3_600_000;
const minute = 60_000;

/**
 * Why accepted creations fail. Google answers a creation with an operation that may end in an error later, such as
 * `QUOTA_EXCEEDED`; its snapshot then is not there, or is `FAILED` without a reason. So a list that lacks an accepted
 * snapshot, or shows a failed one, is completed by one look at the project's operations.
 *
 * What was accepted is kept in memory, since an operation does not carry the labels of its snapshot. After a restart, a
 * snapshot that never came to be is simply not there; that of a `FAILED` one is found all the same.
 *
 * @see {@link https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses#handling_api_responses}
 */
export class GceCreations {
  readonly #compute: ComputeCaller;
  readonly #accepted = new Map<string, AcceptedCreation>();

  /** By location and request id; empty where none was found. */
  readonly #reasons = new Map<string, ReadonlyMap<string, string>>();

  constructor(compute: ComputeCaller) {
    this.#compute = compute;
  }

  accept(snapshot: Snapshot, requestId: string): void {
    this.#accepted.set(keyOf(snapshot), { snapshot, requestId, acceptedAt: Date.now() });
    const [oldest] = this.#accepted.keys();
    if (this.#accepted.size > mostAccepted && oldest !== undefined) this.#accepted.delete(oldest);
  }

  forget(snapshot: Pick<Snapshot, "location" | "id">): void {
    this.#accepted.delete(keyOf(snapshot));
  }

  /** The snapshots listed, the failed ones with their reason, and those that failed before they were there. */
  async *complete(
    listed: AsyncIterable<Snapshot>,
    { location, labels }: ListSnapshotsRequest,
    options: CallOptions | undefined,
  ): AsyncGenerator<Snapshot, void> {
    const missing = new Map<string, AcceptedCreation>();
    for (const accepted of this.#accepted.values()) {
      const { snapshot } = accepted;
      if (snapshot.location === location && hasLabels(snapshot, labels)) missing.set(snapshot.id, accepted);
    }
    const failed: [string, Snapshot][] = [];
    for await (const snapshot of listed) {
      const requestId =
        missing.get(snapshot.id)?.requestId ?? requestIdOf(snapshot.labels[IDEMPOTENCY_KEY_LABEL] ?? "");
      missing.delete(snapshot.id);
      if (snapshot.state === "failed") failed.push([requestId, snapshot]);
      else yield snapshot;
      if (snapshot.state === "ready") this.forget(snapshot);
    }
    const gone = [...missing.values()].map(({ requestId, snapshot }) => [requestId, snapshot] as const);
    const reasons = await this.#reasonsOf(location, new Map([...failed, ...gone]), options);
    for (const [requestId, snapshot] of failed) {
      const failure = reasons.get(requestId);
      yield failure ? { ...snapshot, failure } : snapshot;
    }
    for (const { requestId, snapshot, acceptedAt } of missing.values()) {
      const failure = reasons.get(requestId);
      if (failure) yield { ...snapshot, state: "failed", failure };
      else if (Date.now() - acceptedAt > longestSearch) this.forget(snapshot);
    }
  }

  /** By request id. Each is looked for until it is found; that of a snapshot which is there, once. */
  async #reasonsOf(
    location: string,
    wanted: ReadonlyMap<string, Snapshot>,
    options: CallOptions | undefined,
  ): Promise<ReadonlyMap<string, string>> {
    const known = this.#reasons.get(location) ?? new Map<string, string>();
    const unknown = new Map([...wanted].filter(([requestId]) => !known.has(requestId)));
    const found = unknown.size === 0 ? new Map<string, string>() : await this.#find(location, unknown, options);
    const reasons = new Map<string, string>();
    for (const [requestId, { state }] of wanted) {
      const reason = known.get(requestId) ?? found.get(requestId) ?? (state === "failed" ? "" : undefined);
      if (reason !== undefined) reasons.set(requestId, reason);
    }
    if (reasons.size === 0) this.#reasons.delete(location);
    else this.#reasons.set(location, reasons);
    return reasons;
  }

  /** What can be found: a list is whole without it, so nothing is said of errors but that the caller aborts. */
  async #find(
    location: string,
    wanted: ReadonlyMap<string, Snapshot>,
    options: CallOptions | undefined,
  ): Promise<Map<string, string>> {
    const oldest = Math.min(...[...wanted.values()].map(({ createdAt }) => createdAt.getTime())) - minute;
    const found = new Map<string, string>();
    let seen = 0;
    try {
      for await (const operation of this.#compute.operations(location, options)) {
        seen++;
        if (seen > mostOperations || toDate(operation.insertTime).getTime() < oldest) break;
        const failure = failureOf(operation);
        const requestId = operation.clientOperationId ?? "";
        if (failure === undefined || !wanted.has(requestId)) continue;
        found.set(requestId, `${failedOperation(failure, "", "disk").code}: ${wordsOf(failure)}`);
        if (found.size === wanted.size) break;
      }
    } catch {
      throwIfAborted(options);
    }
    return found;
  }
}

function keyOf({ location, id }: Pick<Snapshot, "location" | "id">): string {
  return `${location}/${id}`;
}
