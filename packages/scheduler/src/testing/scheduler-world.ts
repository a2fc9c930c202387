import type { Disk, Snapshot, SnapshotBackend } from "@k8s-snapshots/backend-api";
import {
  createMemoryBackend,
  type MemoryBackendOptions,
  type MemoryCall,
  type MemoryFault,
  type MemoryStorage,
} from "@k8s-snapshots/backend-api/memory";
import type { Reason } from "../planner/reason.ts";
import type { Rule } from "../rule.ts";
import { Scheduler, type SchedulerOptions } from "../scheduler.ts";
import type { SchedulerEvent } from "../scheduler-event.ts";
import type { Milliseconds } from "../state/time.ts";
import { homeCluster } from "./builders.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** A scheduler at work. */
export interface RunningScheduler {
  readonly scheduler: Scheduler;
  readonly stop: AbortController;
  readonly abort: AbortController;

  /** Whether {@link Scheduler.run} has resolved. */
  readonly ended: () => boolean;
}

/** A call that reached the storage system, and when. */
export type TimedCall = MemoryCall & { readonly at: number };

/** A storage system in memory and the schedulers that work on it, all on one virtual clock. A call takes 200 ms. */
export class SchedulerWorld {
  readonly clock: VirtualClock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly backend: SnapshotBackend;
  readonly storage: MemoryStorage;
  readonly calls: TimedCall[] = [];
  readonly events: SchedulerEvent[] = [];

  /** What goes wrong with a call, from now on. */
  fault: (call: MemoryCall) => MemoryFault | undefined = () => undefined;

  #started = 0;

  constructor(options: MemoryBackendOptions = {}) {
    const { backend, storage } = createMemoryBackend({
      now: () => new Date(this.clock.now()),
      delay: (milliseconds) => this.clock.sleep(milliseconds),
      latencyMs: 200,
      faults: (call) => {
        this.calls.push({ ...call, at: this.clock.now() });
        return this.fault(call);
      },
      ...options,
    });
    this.backend = backend;
    this.storage = storage;
  }

  /** Starts a scheduler, as a new process would. Adds the rules' disks where they are missing. */
  async start(rules: readonly Rule[], options: Partial<SchedulerOptions> = {}): Promise<RunningScheduler> {
    for (const { disk } of rules) if (!this.#hasDisk(disk)) this.storage.addDisk(disk);
    this.#started++;
    const scheduler = new Scheduler({
      backends: new Map([[this.backend.name, this.backend]]),
      cluster: homeCluster,
      clock: this.clock,
      instance: `process${this.#started}`,
      onEvent: (event) => void this.events.push(event),
      ...options,
    });
    scheduler.setRules(rules);
    const stop = new AbortController();
    const abort = new AbortController();
    let ended = false;
    void scheduler.run(stop.signal, abort.signal).then(() => {
      ended = true;
    });
    await this.advance(0);
    return { scheduler, stop, abort, ended: () => ended };
  }

  async advance(milliseconds: Milliseconds): Promise<void> {
    await this.clock.runUntil(this.clock.now() + milliseconds);
  }

  /** As {@link advance}, and calls `look` after every `step`. */
  async watch(milliseconds: Milliseconds, step: Milliseconds, look: () => void): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      await this.advance(Math.min(step, milliseconds - passed));
      look();
    }
  }

  /** The disk's snapshots, in truth, the oldest first. */
  snapshots(disk: Disk): Snapshot[] {
    return [...this.storage.snapshots(disk.location)]
      .filter(({ diskId }) => diskId === disk.id)
      .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  }

  /** How many snapshots of the disk there are, in truth. */
  count(disk: Disk): number {
    return this.snapshots(disk).length;
  }

  /** The ids of the disk's snapshots, in truth, the oldest first. */
  idsOf(disk: Disk): string[] {
    return this.snapshots(disk).map(({ id }) => id);
  }

  /** The creations that were asked for. */
  creations(disk?: Disk): Extract<TimedCall, { operation: "createSnapshot" }>[] {
    const all = this.calls.filter((call) => call.operation === "createSnapshot");
    return disk === undefined ? all : all.filter(({ request }) => request.disk.id === disk.id);
  }

  /** The ids of the snapshots whose deletion was asked for. */
  deletions(): string[] {
    return this.calls.filter((call) => call.operation === "deleteSnapshot").map(({ request }) => request.id);
  }

  eventsOf<T extends SchedulerEvent["type"]>(type: T): Extract<SchedulerEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<SchedulerEvent, { type: T }> => event.type === type);
  }

  /** Why something was deferred, in the order in which the reasons were emitted. */
  reasons(): Reason[] {
    return this.eventsOf("disk.deferred").flatMap(({ deferrals }) => deferrals.map(({ reason }) => reason));
  }

  #hasDisk(disk: Disk): boolean {
    try {
      this.storage.read(disk);
      return true;
    } catch {
      return false;
    }
  }
}
