import { newDiskState } from "../state/disk-state.ts";
import type { DiskListed, Fact } from "../state/fact.ts";
import { fingerprintOf } from "../state/fingerprint.ts";
import type { LocationState, WholeList } from "../state/location-state.ts";
import type { Moment } from "../state/time.ts";
import type { TracedDisks, TraceEvent } from "./trace-event.ts";
import {
  type DroppedLine,
  type FactLine,
  type HeaderLine,
  type LocationLine,
  TRACE_VERSION,
  type TraceLine,
  type WrittenDiskListed,
  type WrittenFact,
} from "./trace-line.ts";
import { writeJson, writeRule, writeSnapshot, writeState } from "./write-state.ts";

/** What a reader of the lines so far knows of a location. */
interface KnownLocation {
  /** The whole list before the newest one; `null`: the newest one is the first. `undefined`: that was not said. */
  before: WholeList | null | undefined;

  /** The disks that were named; of each, a number for each snapshot of its last list. */
  readonly disks: Map<string, ReadonlyMap<string, number> | undefined>;
}

/**
 * Turns what happens into the lines of a trace. What a reader needs of what was before is written when a location or a
 * disk is named first, so that a file can be begun at any moment, at no cost but that of the disks about which something
 * is new.
 *
 * @example
 * ```ts
 * const recorder = new TraceRecorder("1.0.0");
 * const scheduler = new Scheduler({ ...options, onTrace: (event) => void file.write(recorder.record(event)) });
 * ```
 */
export class TraceRecorder {
  readonly #version: string;
  readonly #numbers = new WeakMap<TracedDisks, number>();
  #lastNumber = 0;
  #known = new WeakMap<TracedDisks, KnownLocation>();
  #process: Extract<TraceEvent, { type: "process.started" }> | undefined;

  /** @param version - of the program */
  constructor(version: string) {
    this.#version = version;
  }

  /** The lines for an event, each with its end. */
  record(event: TraceEvent): string {
    if (event.type === "process.started") {
      this.#process = event;
      this.#known = new WeakMap();
      return this.#header(event, event.moment);
    }
    const moment = event.type === "fact" ? event.present.moment : event.moment;
    const number = this.#numberOf(event.disks);
    let text = "";
    let known = this.#known.get(event.disks);
    if (known === undefined) {
      known = { before: undefined, disks: new Map() };
      this.#known.set(event.disks, known);
      text = lineOf(locationLine(event.disks, number, moment));
    }
    return text + this.#linesOf(event, known, number, moment);
  }

  /** Another file begins: its first line. */
  restart(moment: Moment): string {
    this.#known = new WeakMap();
    return this.#process === undefined ? "" : this.#header(this.#process, moment, true);
  }

  /** Events were left out: the line that says how many. */
  drop(dropped: number): string {
    this.#known = new WeakMap();
    return lineOf({ type: "dropped", dropped } satisfies DroppedLine);
  }

  #header(
    { identity, policy }: Extract<TraceEvent, { type: "process.started" }>,
    moment: Moment,
    continued?: true,
  ): string {
    const { formatTime: _, ...values } = policy;
    const header: HeaderLine = {
      type: "trace",
      trace: TRACE_VERSION,
      version: this.#version,
      ...timeOf(moment),
      ...identity,
      policy: values,
      ...(continued && { continued }),
    };
    return lineOf(header);
  }

  #numberOf(disks: TracedDisks): number {
    const known = this.#numbers.get(disks);
    if (known !== undefined) return known;
    this.#lastNumber++;
    this.#numbers.set(disks, this.#lastNumber);
    return this.#lastNumber;
  }

  #linesOf(
    event: Exclude<TraceEvent, { type: "process.started" }>,
    known: KnownLocation,
    number: number,
    moment: Moment,
  ): string {
    const about = { ...timeOf(moment), in: number };
    switch (event.type) {
      case "location.begun":
        return "";
      case "fact":
        return factLines(event, known, about);
      case "date.observed":
        return lineOf({ type: "date", ...about, date: event.date });
      case "location.listed":
        known.before = event.disks.location.list ?? null;
        return lineOf({ type: "list", ...about, begunAt: event.begunAt });
      case "ownership.lapsed":
        return lineOf({ type: "lapsed", ...about });
      case "rules.unresolved":
        return lineOf({ type: "unresolved", ...about, rules: [...event.unresolvedRules] });
      case "disk.forgotten":
        known.disks.delete(event.disk.id);
        return lineOf({ type: "forgotten", ...about, disk: event.disk.id });
    }
  }
}

function factLines(
  event: Extract<TraceEvent, { type: "fact" }>,
  known: KnownLocation,
  about: Pick<FactLine, "t" | "w" | "in">,
): string {
  const { state, present, fact, action } = event;
  const { id } = state.disk;
  let text = "";
  if (!known.disks.has(id)) {
    known.disks.set(id, undefined);
    const written = writeJson({ type: "state", in: about.in, disk: id, state: writeState(state) });
    const blank = writeJson({ type: "state", in: about.in, disk: id, state: writeState(newDiskState(state.disk)) });
    if (written !== blank) text = `${written}\n`;
  }
  const line: FactLine = {
    type: "fact",
    ...about,
    disk: id,
    fact: writeFact(fact, id, known, present.location),
    ...(present.namespaceLeft !== undefined && { left: present.namespaceLeft }),
    ...(present.rulesAge !== undefined && { rulesAge: present.rulesAge }),
    ...(action !== undefined && { reason: action.reason }),
    ...(action !== undefined && "isRead" in action && action.isRead && { read: true }),
  };
  return text + lineOf(line);
}

function writeFact(fact: Fact, id: string, known: KnownLocation, location: LocationState): WrittenFact {
  switch (fact.type) {
    case "rule.changed":
      return { type: fact.type, rule: fact.rule === undefined ? null : writeRule(fact.rule) };
    case "disk.listed":
      return writeDiskListed(fact, id, known, location);
    case "snapshot.read":
      return { ...fact, snapshot: fact.snapshot === undefined ? null : writeSnapshot(fact.snapshot) };
    case "creation.accepted":
      return { ...fact, snapshot: writeSnapshot(fact.snapshot) };
    default:
      return fact;
  }
}

/** A list says the same of most snapshots as the one before. */
function writeDiskListed(
  { type, list, before, snapshots, unlabelled }: DiskListed,
  id: string,
  known: KnownLocation,
  location: LocationState,
): WrittenDiskListed {
  const last = known.disks.get(id);
  const now = new Map(snapshots.map((snapshot) => [snapshot.id, fingerprintOf(snapshot)]));
  known.disks.set(id, now);
  const isWhole = last === undefined || now.size !== snapshots.length;
  const news = isWhole ? snapshots : snapshots.filter((one) => last.get(one.id) !== now.get(one.id));
  const gone = isWhole ? [] : [...last.keys()].filter((one) => !now.has(one));
  return {
    type,
    ...(list !== location.list && { list }),
    ...((before ?? null) !== known.before && { before: before ?? null }),
    unlabelled,
    snapshots: news.map(writeSnapshot),
    ...(gone.length > 0 && { gone }),
    ...(isWhole && { whole: true }),
  };
}

function locationLine({ location: state, isOurs }: TracedDisks, number: number, moment: Moment): LocationLine {
  const { identity: _, unresolvedRules, ...rest } = state;
  const known = { ...rest, unresolvedRules: [...unresolvedRules] };
  return { type: "location", ...timeOf(moment), in: number, owned: isOurs, state: known };
}

function timeOf({ monotonic, wall }: Moment): { readonly t: number; readonly w: number } {
  return { t: monotonic, w: wall };
}

function lineOf(line: TraceLine): string {
  // Facts have no numbers that are not finite but dates, which are null then.
  return `${line.type === "trace" || line.type === "location" ? writeJson(line) : JSON.stringify(line)}\n`;
}
