import { BackendError, type Snapshot } from "@k8s-snapshots/backend-api";
import type { MemoryBackendOptions, MemoryCall, MemoryFault } from "@k8s-snapshots/backend-api/memory";
import { MINUTE, type Milliseconds } from "../../../src/state/time.ts";
import { Draw } from "../draw.ts";
import type { Switch } from "../switches.ts";
import { mostOfSchedule } from "./schedules.ts";
import type { WorldPlan } from "./world-plan.ts";

type FaultOf = (call: MemoryCall, draw: Draw) => MemoryFault | undefined;

/** What goes wrong in the storage system while the world is troubled. */
export class FaultyStorage {
  /** The call comes from a person. */
  isByHand = false;

  /** Nothing answers. */
  isAway = false;

  /** Most snapshots of all disks together. */
  accountLimit = Number.POSITIVE_INFINITY;

  /** What the storage system does not let anyone delete. */
  readonly undeletable = new Set<string>();

  readonly #plan: WorldPlan;
  readonly #passed: () => Milliseconds;
  readonly #faults: readonly { readonly of: FaultOf; readonly draw: Draw }[];
  readonly #flaps: Draw;
  #flapsNext = false;

  constructor(plan: WorldPlan, passed: () => Milliseconds) {
    this.#plan = plan;
    this.#passed = passed;
    this.#flaps = new Draw(plan.seed, "flaps");
    const { on, seed } = plan;
    const all = Object.entries(this.#faultsBySwitch()) as [Switch, FaultOf][];
    this.#faults = all
      .filter(([name]) => on.has(name))
      .map(([name, of]) => ({ of, draw: new Draw(seed, `fault ${name}`) }));
  }

  /** How the storage system is set up. */
  options(): MemoryBackendOptions {
    const { on, seed, listLag, disks } = this.#plan;
    const draw = new Draw(seed, "storage");
    const needed = Math.max(...disks.map(({ schedule }) => mostOfSchedule(schedule)));
    const total = disks.reduce((sum, { schedule }) => sum + mostOfSchedule(schedule), 0);
    const perDisk = needed + draw.integer(-3, 4);
    if (on.has("account-limit")) this.accountLimit = total + 4 * disks.length + draw.integer(-3, 4);
    const rate = Math.min(1, 200_000 / this.#plan.shortest);
    const making = new Draw(seed, "making");
    return {
      pageSize: Math.max(draw.pick([5, 50, 1_000]), this.#fewestOnPage()),
      sendsDate: !on.has("no-dates"),
      idempotency: on.has("key-labels") ? "label" : "token",
      ...(on.has("account-limit") && { accountLimit: this.accountLimit }),
      snapshotDuration: ({ id }) => this.#makingOf(id, making),
      faults: (call) => this.#faultOf(call),
      capabilities: {
        listLagMs: listLag,
        read: !on.has("no-reads"),
        ...(on.has("call-rates") && { callsPerSecond: { create: rate, delete: rate } }),
        ...(on.has("disk-limit") && { maxSnapshotsPerDisk: Math.max(3, perDisk) }),
        ...(on.has("pending-limit") && { maxPendingPerLocation: 2 }),
      },
    };
  }

  /** What is missing from the list that is begun now: nothing, or a part where lists flap. */
  hiddenFromList(): (snapshot: Snapshot) => boolean {
    if (!this.#flapsNext) return () => false;
    this.#flapsNext = false;
    const salt = this.#flaps.integer(1, 1_000);
    const share = this.#flaps.pick([0.1, 0.5, 0.9, 1]);
    return ({ id }) => (Math.imul(Number(id.replace(/\D/g, "")) + salt, 2_654_435_761) >>> 0) / 4_294_967_296 < share;
  }

  isUndeletable(id: string): boolean {
    return this.undeletable.has(id);
  }

  /** The next list lacks a part. */
  flap(): void {
    this.#flapsNext = true;
  }

  /** Where a page takes its time there are few of them: a whole list must not take longer than an interval. */
  #fewestOnPage(): number {
    const { on, latency } = this.#plan;
    return on.has("slow-lists") ? 1_000 : latency / 20;
  }

  get #isTroubled(): boolean {
    const passed = this.#passed();
    return passed >= this.#plan.troubleFrom && passed < this.#plan.troubleUntil;
  }

  #makingOf(_diskId: string, draw: Draw): Milliseconds {
    const { on, shortest } = this.#plan;
    if (on.has("slow") && this.#isTroubled) return Math.round(draw.between(0.6, 1.6) * shortest);
    return Math.round(draw.between(0, 0.02) * shortest);
  }

  #faultOf(call: MemoryCall): MemoryFault | undefined {
    if (this.isByHand) return undefined;
    if (this.isAway) return { before: new BackendError("unavailable", "nothing answers") };
    if (!this.#isTroubled) return undefined;
    for (const { of, draw } of this.#faults) {
      const fault = of(call, draw);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  #faultsBySwitch(): Partial<Record<Switch, FaultOf>> {
    const { shortest, disks } = this.#plan;
    const isCreate = ({ operation }: MemoryCall): boolean => operation === "createSnapshot";
    const isDelete = ({ operation }: MemoryCall): boolean => operation === "deleteSnapshot";
    const isList = ({ operation }: MemoryCall): boolean => operation === "listSnapshots";
    return {
      throttling: (_, draw) =>
        draw.chance(0.3)
          ? { before: new BackendError("throttled", "RequestLimitExceeded", { scope: "location" }) }
          : undefined,
      "disk-throttling": (call, draw) =>
        call.operation === "createSnapshot" && call.request.disk.id === disks[0]?.disk.id && draw.chance(0.7)
          ? { before: new BackendError("throttled", "this volume too often", { scope: "disk" }) }
          : undefined,
      "lost-answers": (call, draw) => (!isList(call) && draw.chance(0.25) ? { loseAnswer: true } : undefined),
      failing: (call, draw) =>
        isCreate(call) && draw.chance(0.4)
          ? { failSnapshot: true, pendingMs: Math.round(draw.between(0, 0.1) * shortest) }
          : undefined,
      stuck: (call, draw) =>
        isCreate(call) && draw.chance(0.05) ? { pendingMs: Number.POSITIVE_INFINITY } : undefined,
      forbidden: (call, draw) =>
        isDelete(call) && draw.chance(0.7)
          ? { before: new BackendError("forbidden", "not allowed", { scope: "snapshot" }) }
          : undefined,
      "slow-lists": (call, draw) =>
        isList(call) ? { latencyMs: Math.round(Math.min(4 * MINUTE, draw.between(0.1, 0.9) * shortest)) } : undefined,
      "failing-lists": (call, draw) => (isList(call) && draw.chance(0.4) ? listFault(draw) : undefined),
    };
  }
}

function listFault(draw: Draw): MemoryFault {
  return draw.chance(0.5)
    ? { failAfterPages: draw.integer(0, 3) }
    : { after: new BackendError("unavailable", "the last page was lost") };
}
