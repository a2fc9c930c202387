import type { SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend, type MemoryStorage } from "@k8s-snapshots/backend-api/memory";
import { decorate } from "../../src/gate/decorate.ts";
import type { Rule } from "../../src/rule.ts";
import { Scheduler } from "../../src/scheduler.ts";
import { LeaseOwnership, type OwnershipEvent } from "../../src/sharding/lease-ownership.ts";
import { locationKey } from "../../src/sharding/location-ownership.ts";
import { homeCluster, ruleOf, VirtualClock } from "../../src/testing/index.ts";
import { MemoryLeases } from "./memory-leases.ts";
import { PausableClock } from "./pausable-clock.ts";

/** A request that changes something, by which replica it was sent, and when. */
export interface Change {
  readonly at: number;
  readonly replica: number;
  readonly what: "create" | "delete";
  readonly location: string;
  readonly disk?: string;
  readonly id?: string;

  /** Whether the location's Lease named the replica by then, in truth. */
  readonly isOwner: boolean;
}

/** One process of several. */
export class Replica {
  readonly number: number;
  readonly clock: PausableClock;
  readonly ownership: LeaseOwnership;
  readonly scheduler: Scheduler;
  readonly events: OwnershipEvent[] = [];
  readonly #stop = new AbortController();
  #isAway = false;

  constructor(number: number, world: ReplicaWorld) {
    this.number = number;
    this.clock = new PausableClock(world.clock);
    const { clock } = this;
    let names = 0;
    this.ownership = new LeaseOwnership({
      store: world.leases.storeFor({ isAway: () => this.#isAway, sleep: (ms) => clock.sleep(ms) }),
      clock,
      newMember: () => `replica-${number}-${++names}`,
      onEvent: (event) => void this.events.push(event),
    });
    this.scheduler = new Scheduler({
      backends: new Map([[world.backend.name, world.backendOf(this)]]),
      cluster: homeCluster,
      clock,
      instance: `process${number}`,
      ownership: this.ownership,
    });
  }

  start(rules: readonly Rule[]): void {
    this.scheduler.setRules(rules);
    void this.ownership.run(this.#stop.signal);
    void this.scheduler.run(this.#stop.signal, new AbortController().signal);
  }

  get isRunning(): boolean {
    return !this.#stop.signal.aborted && !this.clock.isKilled;
  }

  /** As by SIGTERM. */
  stop(): void {
    this.#stop.abort();
  }

  /** The API server cannot be reached from here, or can again. */
  cutOff(isAway: boolean): void {
    this.#isAway = isAway;
  }

  /** Which locations it serves now. */
  get serves(): readonly string[] {
    if (!this.isRunning) return [];
    return this.scheduler
      .health()
      .locations.filter(({ tenure }) => tenure === "owner")
      .map(({ location }) => location);
  }
}

/** Several replicas over several locations, all on one virtual clock. */
export class ReplicaWorld {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly leases = new MemoryLeases(this.clock);
  readonly changes: Change[] = [];
  readonly replicas: Replica[] = [];
  readonly rules: readonly Rule[];
  readonly backend: SnapshotBackend;
  readonly storage: MemoryStorage;
  readonly #made = new Map<string, { readonly disk: string; readonly at: number; readonly isOwners: boolean }>();

  constructor(locations: number, schedule = "PT1H PT5H") {
    const { backend, storage } = createMemoryBackend({
      now: () => new Date(this.clock.now()),
      delay: (milliseconds) => this.clock.sleep(milliseconds),
      latencyMs: 200,
      idempotency: "label",
      capabilities: { listLagMs: 5_000 },
    });
    this.backend = backend;
    this.storage = storage;
    this.rules = Array.from({ length: locations }, (_, index) => {
      const disk = { location: `location-${index}`, id: `disk-${index}` };
      storage.addDisk(disk);
      return ruleOf(schedule, { disk });
    });
  }

  /** The storage system as one replica reaches it: what it sends is noted; its answers wait while it is paused. */
  backendOf({ number, clock }: Pick<Replica, "number" | "clock">): SnapshotBackend {
    const { backend } = this;
    const note = (change: Pick<Change, "what" | "location" | "disk" | "id">): boolean => {
      const lease = this.leases.view.locations.get(locationKey({ backend: backend.name, location: change.location }));
      const isOwner = lease?.holder.startsWith(`replica-${number}-`) === true;
      this.changes.push({ at: this.clock.now(), replica: number, isOwner, ...change });
      return isOwner;
    };
    return decorate(backend, {
      createSnapshot: async (request, options) => {
        const isOwners = note({ what: "create", location: request.disk.location, disk: request.disk.id });
        const snapshot = await backend.createSnapshot(request, options);
        this.#made.set(snapshot.id, { disk: request.disk.id, at: snapshot.createdAt.getTime(), isOwners });
        await clock.sleep(0);
        return snapshot;
      },
      deleteSnapshot: async (snapshot, options) => {
        note({ what: "delete", location: snapshot.location, id: snapshot.id });
        await backend.deleteSnapshot(snapshot, options);
        await clock.sleep(0);
      },
    });
  }

  start(count = 1): void {
    for (let started = 0; started < count; started++) {
      const replica = new Replica(this.replicas.length, this);
      this.replicas.push(replica);
      replica.start(this.rules);
    }
  }

  /** The snapshots of a disk that ever were made: when, and whether by the owner of the location. */
  made({ id }: { readonly id: string }): readonly { readonly at: number; readonly isOwners: boolean }[] {
    return [...this.#made.values()].filter(({ disk }) => disk === id);
  }

  async advance(milliseconds: number): Promise<void> {
    await this.clock.runUntil(this.clock.now() + milliseconds);
  }

  /** By location, the replicas that serve it. */
  servers(): Map<string, number[]> {
    const servers = new Map<string, number[]>();
    for (const { number, serves } of this.replicas)
      for (const location of serves) servers.set(location, [...(servers.get(location) ?? []), number]);
    return servers;
  }
}
