import type { Plan } from "../planner/disk-plan.ts";
import { plan } from "../planner/plan.ts";
import { defaultPolicy, type Policy } from "../policy.ts";
import type { Identity, ListedSnapshot } from "../state/claim-snapshots.ts";
import { type DiskState, newDiskState } from "../state/disk-state.ts";
import type { Fact } from "../state/fact.ts";
import {
  type LocationState,
  locationListed,
  ownershipLapsed,
  rulesUnresolved,
  type WholeList,
} from "../state/location-state.ts";
import type { Present } from "../state/present.ts";
import { reduce } from "../state/reduce.ts";
import { observeDate } from "../state/storage-clock.ts";
import { type JudgedAction, judgeCreation, judgeDeletion } from "./judge-action.ts";
import { TraceError } from "./read-line.ts";
import type { FactLine, HeaderLine, ListLine, LocationLine, StateLine, TraceLine } from "./trace-line.ts";
import { readRule, readSnapshot, readState } from "./write-state.ts";

/** A fact, and the disk after it. */
export interface ReplayStep {
  readonly backend: string;
  readonly state: DiskState;
  readonly fact: Fact;
  readonly present: Present;

  /** What was sent, or answered without having been sent. */
  readonly action?: JudgedAction;

  /** What the core plans after the fact. Computed at each call. */
  plan(): Plan;
}

/** How much was replayed. */
export interface ReplayCounts {
  readonly processes: number;
  readonly facts: number;
  readonly creations: number;
  readonly deletions: number;

  /** Actions that the core does not take. */
  readonly unexplained: number;

  /** Events that the trace lacks. */
  readonly dropped: number;
}

interface ReplayedLocation {
  state: LocationState;
  before: WholeList | null | undefined;
  readonly owned: boolean;
  readonly number: number;
  readonly disks: Map<string, DiskState>;

  /** What the last list had of each disk. */
  readonly listed: Map<string, ReadonlyMap<string, ListedSnapshot>>;
}

/**
 * Runs the lines of a trace through the core, one by one, and judges each action that was taken by what the core plans in
 * that state.
 */
export class Replay {
  readonly #locations = new Map<number, ReplayedLocation>();
  #process: { readonly identity: Identity; readonly policy: Policy } | undefined;
  readonly #counts = { processes: 0, facts: 0, creations: 0, deletions: 0, unexplained: 0, dropped: 0 };

  get counts(): ReplayCounts {
    return this.#counts;
  }

  /** Each disk as it is known after the lines so far, with its backend. */
  *disks(): Generator<{ readonly backend: string; readonly owned: boolean; readonly state: DiskState }> {
    for (const location of this.#locations.values()) {
      const owned = this.#isOurs(location);
      for (const state of location.disks.values()) yield { backend: location.state.backend, owned, state };
    }
  }

  /**
   * @returns what a fact came to; `undefined` for other lines
   * @throws {TraceError} if the line makes no sense here
   */
  take(line: TraceLine): ReplayStep | undefined {
    try {
      return this.#take(line);
    } catch (error) {
      if (error instanceof TraceError) throw error;
      throw new TraceError("malformed", error instanceof Error ? error.message : String(error));
    }
  }

  #take(line: TraceLine): ReplayStep | undefined {
    if (line.type === "trace") return this.#begin(line);
    if (this.#process === undefined) throw new TraceError("malformed", "there is no header above it");
    const { policy } = this.#process;
    switch (line.type) {
      case "dropped":
        this.#counts.dropped += line.dropped;
        this.#locations.clear();
        return undefined;
      case "location":
        return this.#locate(line, this.#process.identity);
      case "fact":
        return this.#fact(line, policy);
      case "state":
        this.#know(line);
        return undefined;
    }
    const location = this.#find(line.in);
    const moment = { monotonic: line.t, wall: line.w };
    switch (line.type) {
      case "date": {
        const clock = observeDate(location.state.clock, line.date, moment, policy.clockTolerance);
        location.state = { ...location.state, clock };
        return undefined;
      }
      case "list":
        this.#list(location, line, policy);
        return undefined;
      case "unresolved":
        location.state = rulesUnresolved(location.state, new Set(line.rules), line.t);
        return undefined;
      case "lapsed":
        location.state = ownershipLapsed(location.state, line.t);
        return undefined;
      case "forgotten":
        location.disks.delete(line.disk);
        location.listed.delete(line.disk);
        return undefined;
    }
  }

  #begin({ instance, cluster, formerClusters, policy, continued }: HeaderLine): undefined {
    if (!continued || this.#counts.processes === 0) this.#counts.processes++;
    const { formatTime } = defaultPolicy;
    this.#process = { identity: { instance, cluster, formerClusters }, policy: { ...policy, formatTime } };
    this.#locations.clear();
  }

  #locate(line: LocationLine, identity: Identity): undefined {
    this.#locations.set(line.in, {
      number: line.in,
      owned: line.owned,
      before: undefined,
      disks: new Map(),
      listed: new Map(),
      state: { ...line.state, identity, unresolvedRules: new Set(line.state.unresolvedRules) },
    });
  }

  #find(number: number): ReplayedLocation {
    const location = this.#locations.get(number);
    if (location === undefined) throw new TraceError("malformed", `there is no location ${number} above it`);
    return location;
  }

  /** The last one of its name, and served by the process. */
  #isOurs({ owned, number, state: { backend, location } }: ReplayedLocation): boolean {
    if (!owned) return false;
    for (const other of this.#locations.values()) {
      const { state } = other;
      if (other.number > number && state.backend === backend && state.location === location) return false;
    }
    return true;
  }

  #know(line: StateLine): void {
    const location = this.#find(line.in);
    const disk = { location: location.state.location, id: line.disk };
    location.disks.set(line.disk, readState(line.state, disk));
    location.listed.delete(line.disk);
  }

  #list(location: ReplayedLocation, { begunAt, t, w }: ListLine, { clockTolerance }: Policy): void {
    location.before = location.state.list ?? null;
    location.state = locationListed(location.state, begunAt, { monotonic: t, wall: w }, clockTolerance);
  }

  #fact(line: FactLine, policy: Policy): ReplayStep {
    const location = this.#find(line.in);
    const disk = { location: location.state.location, id: line.disk };
    const before = location.disks.get(line.disk) ?? newDiskState(disk);
    const present: Present = {
      moment: { monotonic: line.t, wall: line.w },
      location: location.state,
      policy,
      ...(line.left !== undefined && { namespaceLeft: line.left }),
      ...(line.rulesAge !== undefined && { rulesAge: line.rulesAge }),
    };
    const fact = readFact(line, before, location);
    const action = this.#judge(line, fact, before, present, location);
    const state = reduce(before, fact, present);
    location.disks.set(line.disk, state);
    this.#counts.facts++;
    if (action?.objection !== undefined) this.#counts.unexplained++;
    const { backend } = location.state;
    return { backend, state, fact, present, plan: () => plan(state, present), ...(action && { action }) };
  }

  #judge(
    { reason, read }: FactLine,
    fact: Fact,
    state: DiskState,
    present: Present,
    location: ReplayedLocation,
  ): JudgedAction | undefined {
    const isOurs = this.#isOurs(location);
    switch (fact.type) {
      case "creation.sent": {
        this.#counts.creations++;
        if (!isOurs) return { kind: "creation", snapshot: fact.request.name, reason, objection: NOT_OURS };
        return judgeCreation(state, present, fact.request, reason);
      }
      case "deletion.sent": {
        this.#counts.deletions++;
        if (!isOurs) return { kind: "deletion", snapshot: fact.id, reason, objection: NOT_OURS };
        return judgeDeletion(state, present, fact.id, reason, read === true);
      }
      case "deletion.done":
      case "deletion.refused": {
        const isSent = state.leaving.some(({ id, answeredAt }) => id === fact.id && answeredAt === undefined);
        const objection = "it was answered, and the trace lacks its request";
        // The read before it failed, and nothing was sent (rule 2).
        const isOnlyRead = fact.type === "deletion.refused" && fact.error.outcome === "not-done";
        return isSent || isOnlyRead ? undefined : { kind: "deletion", snapshot: fact.id, reason: undefined, objection };
      }
      default:
        return undefined;
    }
  }
}

const NOT_OURS = "the location was not served by this process then (rule 14)";

function readFact({ fact }: FactLine, { disk }: DiskState, location: ReplayedLocation): Fact {
  switch (fact.type) {
    case "rule.changed":
      return { type: fact.type, rule: fact.rule === null ? undefined : readRule(fact.rule, disk) };
    case "disk.listed": {
      const { type, list = location.state.list, before = location.before, unlabelled } = fact;
      if (list === undefined || before === undefined) throw new TraceError("malformed", "there is no list above it");
      const last = location.listed.get(disk.id);
      if (last === undefined && !fact.whole) throw new TraceError("malformed", "the disk's list above it is missing");
      const rows = fact.snapshots.map(readSnapshot);
      const listed = new Map(fact.whole ? [] : last);
      for (const id of fact.gone ?? []) listed.delete(id);
      for (const row of rows) listed.set(row.id, row);
      location.listed.set(disk.id, listed);
      const snapshots = fact.whole ? rows : [...listed.values()];
      return { type, list, before: before ?? undefined, snapshots, unlabelled };
    }
    case "snapshot.read":
      return { ...fact, snapshot: fact.snapshot === null ? undefined : readSnapshot(fact.snapshot) };
    case "creation.accepted":
      return { ...fact, snapshot: readSnapshot(fact.snapshot) };
    case "creation.sent":
    case "creation.refused":
    case "deletion.sent":
    case "deletion.done":
    case "deletion.refused":
      return fact;
    default:
      throw new TraceError(
        "malformed",
        `${JSON.stringify((fact satisfies never as { type: unknown }).type)} is not a type of fact`,
      );
  }
}
