import type { AccessCheck } from "../access.ts";
import type { CallOptions } from "../backend.ts";
import { BackendError } from "../backend-error.ts";
import type { BackendCapabilities } from "../capabilities.ts";
import type { MemoryBackendOptions, MemoryCall, MemoryFault, MemoryOperation } from "./memory-options.ts";

/** {@link MemoryBackendOptions} with the defaults filled in. */
export interface MemoryBackendSettings extends Required<Omit<MemoryBackendOptions, "capabilities">> {
  readonly capabilities: BackendCapabilities;
}

const permissions: Partial<Record<MemoryOperation, string>> = {
  listSnapshots: "memory.snapshots.list",
  createSnapshot: "memory.snapshots.create",
  deleteSnapshot: "memory.snapshots.delete",
  readSnapshot: "memory.snapshots.get",
  setSnapshotLabels: "memory.snapshots.setLabels",
  restoreSnapshot: "memory.disks.create",
  removeRestored: "memory.disks.delete",
  createSnapshotGroup: "memory.snapshots.createGroup",
  watchSnapshots: "memory.snapshots.watch",
  readLimits: "memory.limits.get",
};

/** The way of a request to the storage system and back: what may happen to it there and then. */
export class MemoryCallRunner {
  readonly requests: Record<MemoryOperation, number> = {
    diskForVolume: 0,
    diskForSpec: 0,
    listSnapshots: 0,
    createSnapshot: 0,
    deleteSnapshot: 0,
    readSnapshot: 0,
    setSnapshotLabels: 0,
    checkAccess: 0,
    restoreSnapshot: 0,
    removeRestored: 0,
    createSnapshotGroup: 0,
    watchSnapshots: 0,
    readLimits: 0,
  };
  readonly denied: Set<string> = new Set();
  readonly #settings: MemoryBackendSettings;

  constructor(settings: MemoryBackendSettings) {
    this.#settings = settings;
  }

  faultFor(call: MemoryCall): MemoryFault | undefined {
    return this.#settings.faults(call);
  }

  /** `work` is done at one moment: nobody sees half of it. */
  async run<T>(
    call: MemoryCall,
    options: CallOptions | undefined,
    work: (fault: MemoryFault | undefined) => T,
  ): Promise<T> {
    const fault = options?.signal?.aborted ? undefined : this.faultFor(call);
    const answer = await this.runWith(fault, call, options, work);
    this.failAfterwards(fault);
    return answer;
  }

  /** As {@link run}, but what {@link failAfterwards} does is left to the caller. */
  async runWith<T>(
    fault: MemoryFault | undefined,
    { operation }: MemoryCall,
    options: CallOptions | undefined,
    work: (fault: MemoryFault | undefined) => T,
  ): Promise<T> {
    const signal = options?.signal;
    const oneWayMs = (fault?.latencyMs ?? this.#settings.latencyMs) / 2;
    throwIfAborted(signal, "not-done");
    this.requests[operation] += 1;
    await this.#travel(oneWayMs, signal, "not-done");
    const onDate = this.#settings.sendsDate && !isUnheard(fault) ? options?.onDate : undefined;
    const date = onDate && this.#settings.now();
    try {
      if (fault?.before) throw fault.before;
      this.#assertPermitted(operation);
      const answer = work(fault);
      await this.#travel(oneWayMs, signal, "unknown");
      return answer;
    } finally {
      if (date && !signal?.aborted) onDate?.(date);
    }
  }

  failAfterwards(fault: MemoryFault | undefined): void {
    if (fault?.after) throw fault.after;
    if (fault?.loseAnswer) {
      throw new BackendError("unavailable", "the answer was lost on its way: look what was done", {
        outcome: "unknown",
      });
    }
  }

  accessChecks(): AccessCheck[] {
    return Object.entries(permissions)
      .filter(([operation]) => this.#offers(operation))
      .map(([, permission]) => ({ permission, status: this.denied.has(permission) ? "missing" : "granted" }));
  }

  #offers(operation: string): boolean {
    const { capabilities } = this.#settings;
    const optional: Readonly<Record<string, boolean | undefined>> = {
      restoreSnapshot: capabilities.restore,
      removeRestored: capabilities.removeRestored,
      readSnapshot: capabilities.read,
      setSnapshotLabels: capabilities.setLabels,
      createSnapshotGroup: capabilities.groups,
      watchSnapshots: capabilities.watch,
      readLimits: capabilities.limits,
    };
    return !(operation in optional) || optional[operation] === true;
  }

  async #travel(ms: number, signal: AbortSignal | undefined, outcome: "not-done" | "unknown"): Promise<void> {
    if (ms === 0) return;
    try {
      await this.#settings.delay(ms, signal);
    } catch (error) {
      throwIfAborted(signal, outcome);
      throw error;
    }
    throwIfAborted(signal, outcome);
  }

  #assertPermitted(operation: MemoryOperation): void {
    const permission = permissions[operation];
    if (permission === undefined || !this.denied.has(permission)) return;
    throw new BackendError("forbidden", `permission ${permission} is missing: grant it`);
  }
}

/** Whether no answer comes back that could carry a date. */
function isUnheard(fault: MemoryFault | undefined): boolean {
  return fault?.loseAnswer === true || fault?.before?.code === "unavailable";
}

function throwIfAborted(signal: AbortSignal | undefined, outcome: "not-done" | "unknown"): void {
  if (!signal?.aborted) return;
  throw new BackendError("aborted", "the caller aborted the call", { outcome, cause: signal.reason });
}
