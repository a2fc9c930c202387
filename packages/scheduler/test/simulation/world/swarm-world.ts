import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend, type MemorySnapshotInput, type MemoryStorage } from "@k8s-snapshots/backend-api/memory";
import type { Reason } from "../../../src/planner/reason.ts";
import type { Instant } from "../../../src/state/time.ts";
import { VirtualClock } from "../../../src/testing/index.ts";
import { Draw } from "../draw.ts";
import type { CallObserver, CreationRecord, DeletionRecord, ProcessRecord } from "./call-log.ts";
import { FaultyStorage } from "./faulty-storage.ts";
import { Process } from "./process.ts";
import { ProcessClock } from "./process-clock.ts";
import { Rules } from "./rules.ts";
import { watchCalls } from "./watch-calls.ts";
import { type Origin, Witness, type Witnessed } from "./witness.ts";
import type { WorldPlan } from "./world-plan.ts";

/** A storage system, the people and tools that use it, and the processes that work on it: all on one virtual clock. */
export class SwarmWorld {
  readonly plan: WorldPlan;
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly start: Instant = this.clock.now();
  readonly storage: MemoryStorage;
  readonly backend: SnapshotBackend;
  readonly faults: FaultyStorage;
  readonly witness: Witness;
  readonly rules: Rules;
  readonly deletions: DeletionRecord[] = [];
  readonly creations: CreationRecord[] = [];
  readonly reasons = new Map<Reason, number>();
  readonly processes: Process[] = [];
  readonly #outlives: Draw;
  readonly #observer: CallObserver;
  #started = 0;

  constructor(plan: WorldPlan, observer: CallObserver) {
    this.plan = plan;
    this.#observer = observer;
    this.#outlives = new Draw(plan.seed, "outlives");
    this.faults = new FaultyStorage(plan, () => this.clock.now() - this.start);
    const { backend, storage } = createMemoryBackend({
      now: () => new Date(this.clock.now()),
      delay: (milliseconds) => this.clock.sleep(milliseconds),
      latencyMs: plan.latency,
      ...this.faults.options(),
    });
    this.backend = backend;
    this.storage = storage;
    this.witness = new Witness(storage, () => this.clock.now(), plan.memory);
    storage.addLocation("home");
    for (const { disk } of plan.disks) storage.addDisk(disk);
    this.rules = new Rules(
      plan,
      () => this.clock.now(),
      (cluster) => this.#tellRules(cluster),
    );
  }

  /** How long the world has been there. */
  get passed(): number {
    return this.clock.now() - this.start;
  }

  get isTroubled(): boolean {
    return this.passed >= this.plan.troubleFrom && this.passed < this.plan.troubleUntil;
  }

  running(cluster?: string): readonly Process[] {
    return this.processes.filter(
      (process) => process.isRunning && (cluster === undefined || process.record.cluster === cluster),
    );
  }

  /** Starts a process; its wall clock may be wrong from the start. */
  startProcess(cluster: string, wallError = 0): Process {
    const clock = new ProcessClock(this.clock);
    clock.wallError = wallError;
    const record: ProcessRecord = {
      name: `p${String(++this.#started).padStart(7, "0")}`,
      cluster,
      startedAt: this.clock.now(),
      rules: new Map(),
      wall: () => clock.wall(),
      remembersSince: this.clock.now(),
      steppedAt: Number.NEGATIVE_INFINITY,
      newestList: undefined,
      endedList: undefined,
      lists: 0,
      reads: new Map(),
      leaving: new Set(),
      told: new Map(),
      reasons: new Map(),
    };
    const backend = watchCalls(this.backend, record, {
      witness: this.witness,
      observer: this.#observer,
      now: () => this.clock.now(),
      deletions: this.deletions,
      creations: this.creations,
      hiddenFromList: () => this.faults.hiddenFromList(),
      outlives: () => this.plan.on.has("kills") && this.#outlives.chance(0.5),
    });
    const process = new Process({
      record,
      clock,
      backend,
      policy: this.plan.policy,
      concurrency: this.plan.on.has("low-concurrency") ? 1 : 10,
      onReason: (reason) => void this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1),
    });
    this.processes.push(process);
    process.setRules(this.rules.of(cluster), this.clock.now());
    process.run();
    return process;
  }

  /** Puts a snapshot there that no process requested. */
  put(origin: Origin, cluster: string | undefined, input: MemorySnapshotInput): Witnessed {
    const { id } = this.witness.putting(origin, cluster, () => this.storage.addSnapshot(input));
    return this.witness.all.get(id) as Witnessed;
  }

  /** Someone deletes a snapshot by hand; nothing stops it. */
  async deleteByHand(id: string): Promise<void> {
    this.witness.touch(id);
    this.faults.isByHand = true;
    const done = this.backend.deleteSnapshot({ id, location: "home" }).then(
      () => this.witness.gone(id, "hand"),
      () => {},
    );
    this.faults.isByHand = false;
    await done;
  }

  #tellRules(cluster: string): void {
    for (const process of this.running(cluster)) process.setRules(this.rules.of(cluster), this.clock.now());
  }
}
