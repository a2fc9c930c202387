import {
  LeaseConflict,
  type LeaseStore,
  type LeaseView,
  type LocationLease,
  type MemberLease,
} from "../../src/sharding/lease-store.ts";
import type { VirtualClock } from "../../src/testing/index.ts";

/** Something that was written, and when: a history that a checker can judge. */
export interface LeaseWrite {
  readonly at: number;
  readonly what: "joined" | "removed" | "assigned";
  readonly member: string;
  readonly key?: string;
}

const LATENCY = 20;

/** Leases as an API server keeps them, in memory: each write has a version, and what is watched comes in their order. */
export class MemoryLeases {
  readonly writes: LeaseWrite[] = [];
  readonly #clock: VirtualClock;
  readonly #watchers = new Set<() => void>();
  #members: ReadonlyMap<string, MemberLease> = new Map();
  #locations: ReadonlyMap<string, LocationLease> = new Map();
  #version = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get view(): LeaseView {
    return { members: this.#members, locations: this.#locations };
  }

  /** The Leases as one replica reaches them. `isAway`: it cannot, and what it sends is lost. `sleep` is its own clock's. */
  storeFor(replica: { readonly isAway: () => boolean; readonly sleep: (ms: number) => Promise<void> }): LeaseStore {
    const write = async <T>(signal: AbortSignal, change: () => T): Promise<T> => {
      await this.#clock.sleep(LATENCY);
      if (replica.isAway()) return lost(signal);
      const result = change();
      for (const watcher of this.#watchers) watcher();
      await replica.sleep(LATENCY);
      return replica.isAway() ? lost(signal) : result;
    };
    return {
      watch: async (onView, signal) => {
        let shown: LeaseView | undefined;
        let isShowing = false;
        const show = async (): Promise<void> => {
          if (isShowing) return;
          isShowing = true;
          await replica.sleep(LATENCY);
          while (replica.isAway() && !signal.aborted) await replica.sleep(1_000);
          isShowing = false;
          const { members, locations } = this.view;
          if (signal.aborted || (shown?.members === members && shown.locations === locations)) return;
          shown = { members, locations };
          onView(shown);
        };
        const changed = (): void => void show();
        this.#watchers.add(changed);
        changed();
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
        this.#watchers.delete(changed);
      },
      createMember: ({ member, loads }, signal) =>
        write(signal, () => {
          if (this.#members.has(member)) throw new LeaseConflict(`${member} is there`);
          this.#putMember({ member, loads, version: this.#next() });
          this.#note("joined", member);
        }),
      renewMember: ({ member, loads }, signal) =>
        write(signal, () => {
          if (!this.#members.has(member)) throw new LeaseConflict(`${member} is gone`);
          this.#putMember({ member, loads, version: this.#next() });
        }),
      removeMember: (member, version, signal) =>
        write(signal, () => {
          const known = this.#members.get(member);
          if (known === undefined || (version !== undefined && known.version !== version)) {
            throw new LeaseConflict(`${member} has another version`);
          }
          this.#members = new Map([...this.#members].filter(([name]) => name !== member));
          this.#note("removed", member);
        }),
      assignLocation: (key, holder, version, signal) =>
        write(signal, () => {
          if (this.#locations.get(key)?.version !== version) throw new LeaseConflict(`${key} has another version`);
          const lease = { key, holder, version: this.#next() };
          this.#locations = new Map([...this.#locations, [key, lease]]);
          this.#note("assigned", holder, key);
          return lease;
        }),
    };
  }

  #putMember(lease: MemberLease): void {
    this.#members = new Map([...this.#members, [lease.member, lease]]);
  }

  #next(): string {
    this.#version++;
    return String(this.#version);
  }

  #note(what: LeaseWrite["what"], member: string, key?: string): void {
    this.writes.push({ at: this.#clock.now(), what, member, ...(key !== undefined && { key }) });
  }
}

/** No answer ever comes. */
function lost(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(new Error("no answer")), { once: true }),
  );
}
