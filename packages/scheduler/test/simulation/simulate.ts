import { BackendError } from "@k8s-snapshots/backend-api";
import { createMemoryBackend, type MemoryCall, type MemoryFault } from "@k8s-snapshots/backend-api/memory";
import { parseDeltas } from "@k8s-snapshots/retention";
import { type Rule, Scheduler } from "../../src/index.ts";
import { SafetyLedger } from "./safety-ledger.ts";
import { seededRandom } from "./seeded-random.ts";
import { VirtualClock } from "./virtual-clock.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A world to simulate. */
export interface SimulationOptions {
  readonly seed: number;
  readonly disks: number;
  readonly days: number;
  readonly locations: number;

  /** How often the daemon dies in mid-request and is started again. */
  readonly crashes: number;

  /** How often a rule gets another schedule, or goes; one that went comes back with the next change. */
  readonly ruleChanges: number;
}

/** What came of it. */
export interface SimulationResult {
  readonly created: number;
  readonly deleted: number;
  readonly lists: number;

  /** Disks that were late, or whose kept set never equalled retention's answer, in the calm at the end. */
  readonly unsettled: readonly string[];
}

/** Of twenty disks, one hourly, four each six hours, nine daily, six weekly. */
const schedules = [
  "PT1H P1D P7D P30D",
  ...Array<string>(4).fill("PT6H P2D P14D"),
  ...Array<string>(9).fill("P1D P7D P28D P1Y"),
  ...Array<string>(6).fill("P7D P28D P364D"),
].map((text) => parseDeltas(text));

/**
 * Runs the scheduler for some months against a storage system that throttles, loses answers, breaks lists half-way,
 * leaves snapshots pending, and lets some of them fail, while rules change, go and come back; then for a calm day, in
 * which all must come to rest.
 *
 * @throws {Error} at the first thing that must never happen; the message says the seed that repeats it
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  try {
    return await new Simulation(options).run();
  } catch (cause) {
    throw new Error(`seed ${options.seed}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly #random: () => number;
  #rules: readonly Rule[];
  #missing: Rule | undefined;
  readonly #ledger: SafetyLedger;
  readonly #world: ReturnType<typeof createMemoryBackend>;
  #calm = false;
  #atNextCreation: (() => void) | undefined;
  #fault: unknown;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#world = createMemoryBackend({
      now: () => new Date(this.#clock.now()),
      delay: async (milliseconds, signal) => {
        await this.#clock.sleep(milliseconds);
        if (signal?.aborted) throw new BackendError("aborted", "the call was aborted", { outcome: "unknown" });
      },
      latencyMs: 200,
      snapshotDuration: () => (1 + 5 * this.#random()) * MINUTE,
      idempotency: "label",
      capabilities: { listLagMs: 10_000, maxPendingPerLocation: 500 },
      faults: (call) => this.#faultOf(call),
    });
    this.#rules = Array.from({ length: options.disks }, (_, index) => ({
      id: `PersistentVolume/pv-${index}`,
      name: `pv-${index}`,
      backend: "memory",
      disk: this.#world.storage.addDisk({ location: `region-${index % options.locations}`, id: `disk-${index}` }),
      deltas: schedules[index % schedules.length],
      deletionPolicy: "retain" as const,
      ignoreDeletionBudget: false,
      deletionsSuspended: undefined,
    }));
    this.#ledger = new SafetyLedger(this.#world.storage, this.#rules);
  }

  async run(): Promise<SimulationResult> {
    const { days } = this.#options;
    const end = this.#clock.now() + days * DAY;
    let daemon = this.#startDaemon();
    for (const { at, what } of this.#incidents(end)) {
      await this.#runUntil(at);
      if (what === "rule-change") {
        this.#changeRules(daemon.scheduler);
      } else {
        await this.#killAtNextCreation(daemon.stop);
        daemon = this.#startDaemon();
      }
    }
    await this.#runUntil(end);
    this.#calm = true;
    if (this.#missing !== undefined) this.#changeRules(daemon.scheduler);
    const unsettled = await this.#waitForRest();
    const { created, deleted } = this.#ledger;
    return { created, deleted, lists: this.#world.storage.requests.listSnapshots, unsettled };
  }

  #incidents(end: number): { readonly at: number; readonly what: "crash" | "rule-change" }[] {
    const { crashes, ruleChanges } = this.#options;
    const start = this.#clock.now();
    const sometime = (): number => start + (end - start) * this.#random();
    return [
      ...Array.from({ length: crashes }, () => ({ at: sometime(), what: "crash" as const })),
      ...Array.from({ length: ruleChanges }, () => ({ at: sometime(), what: "rule-change" as const })),
    ].sort((a, b) => a.at - b.at);
  }

  /** Another schedule is without a budget: a weekly one would take months to let an hourly one's history go. */
  #changeRules(scheduler: Scheduler): void {
    const pick = <T>(items: readonly T[]): T => items[Math.floor(this.#random() * items.length)] as T;
    const changed = (rule: Rule): Rule => ({ ...rule, deltas: pick(schedules), ignoreDeletionBudget: true });
    const returning = this.#missing === undefined ? [] : [changed(this.#missing)];
    this.#missing = this.#calm || this.#random() < 0.5 ? undefined : pick(this.#rules);
    const changing = this.#calm ? undefined : pick(this.#rules);
    this.#rules = [
      ...returning,
      ...this.#rules.filter((rule) => rule !== this.#missing).map((rule) => (rule === changing ? changed(rule) : rule)),
    ];
    this.#ledger.setRules(this.#rules);
    scheduler.setRules(this.#rules);
  }

  #startDaemon(): { readonly scheduler: Scheduler; readonly stop: AbortController } {
    const stop = new AbortController();
    const scheduler = new Scheduler({
      backends: new Map([["memory", this.#world.backend]]),
      clock: this.#clock,
      random: this.#random,
    });
    scheduler.setRules(this.#rules);
    scheduler.run(stop.signal).catch((error) => {
      this.#fault ??= error;
    });
    return { scheduler, stop };
  }

  /** What the daemon has under way is carried out, and nobody hears the answer. */
  async #killAtNextCreation(stop: AbortController): Promise<void> {
    this.#atNextCreation = () => stop.abort();
    while (!stop.signal.aborted) await this.#runUntil(this.#clock.now() + SECOND);
  }

  async #runUntil(time: number): Promise<void> {
    while (this.#clock.now() < time) {
      await this.#clock.runUntil(Math.min(time, this.#clock.now() + HOUR));
      if (this.#ledger.violation !== undefined) throw new Error(this.#ledger.violation);
      if (this.#fault !== undefined) throw this.#fault;
    }
  }

  async #waitForRest(): Promise<string[]> {
    const restless = new Map(this.#rules.map((rule) => [rule.disk.id, rule.disk]));
    for (let minute = 0; minute < 24 * 60 && restless.size > 0; minute += 5) {
      await this.#runUntil(this.#clock.now() + 5 * MINUTE);
      for (const [id, disk] of restless) {
        const isLate = this.#ledger.isLate(disk, this.#clock.now());
        if (!isLate && this.#ledger.ready(disk) > 0 && this.#ledger.overdue(disk).length === 0) restless.delete(id);
      }
    }
    return [...restless.keys()];
  }

  #faultOf(call: MemoryCall): MemoryFault | undefined {
    if (call.operation === "deleteSnapshot") this.#ledger.beforeDeletion(call.request);
    if (call.operation === "createSnapshot" && this.#atNextCreation !== undefined) {
      this.#atNextCreation();
      this.#atNextCreation = undefined;
      return { loseAnswer: true };
    }
    if (this.#calm) return undefined;
    const dice = this.#random();
    if (dice < 0.02) return { before: new BackendError("throttled", "slow down") };
    if (dice < 0.04) return { before: new BackendError("unavailable", "try again") };
    if (dice < 0.05) return { loseAnswer: true };
    if (dice < 0.055) return { latencyMs: 2 * MINUTE };
    if (call.operation === "listSnapshots" && dice < 0.1) return { failAfterPages: 1 };
    if (call.operation === "createSnapshot" && dice < 0.07) return { failSnapshot: true };
    if (call.operation === "createSnapshot" && dice < 0.09) return { pendingMs: 3 * HOUR };
    return undefined;
  }
}
