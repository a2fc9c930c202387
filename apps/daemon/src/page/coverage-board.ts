import { diskKey, type SchedulerEvent } from "@k8s-snapshots/scheduler";
import { byRisk, type CoverageSources, eachCoverage } from "../coverage/cluster-coverage.ts";
import type { VolumeCoverage } from "../coverage/volume-coverage.ts";
import { Slices } from "./slices.ts";

/** What a {@link CoverageBoard} shows. */
export interface CoverageBoardOptions {
  /** `undefined` until the cluster's objects are known. */
  readonly sources: () => CoverageSources | undefined | Promise<CoverageSources | undefined>;

  /** Whose claims are shown. Default: all, and the volumes that no claim has. */
  readonly namespaces?: readonly string[] | undefined;

  /** Called with the objects that differ from the last look, or are gone; at the first look with none. Default: nobody asks. */
  readonly onChange?: (objects: readonly string[]) => void;

  /** In milliseconds since 1970. Default: this machine's clock. */
  readonly clock?: () => number;
}

/** The coverage at one moment. */
export interface Board {
  /** In milliseconds since 1970. */
  readonly now: number;

  /** The least safe first. */
  readonly volumes: readonly VolumeCoverage[];
  readonly byObject: ReadonlyMap<string, VolumeCoverage>;
}

/** So fresh is what people see, in milliseconds: however many ask, it is looked at once in this time. */
const FRESH_MS = 1_000;

/**
 * The coverage of the cluster for whoever asks. It is made in slices when it is asked for, and kept for a second, so that
 * neither many volumes nor many readers keep the snapshots waiting.
 */
export class CoverageBoard {
  readonly #options: CoverageBoardOptions;
  readonly #clock: () => number;
  #board: Board | undefined;

  /** Disks to whose snapshots something happened since the last look. */
  #touched = new Set<string>();
  #refreshing: Promise<Board | undefined> | undefined;

  constructor(options: CoverageBoardOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
  }

  /** `undefined` until the cluster's objects are known. */
  async read(): Promise<Board | undefined> {
    const age = this.#clock() - (this.#board?.now ?? Number.NEGATIVE_INFINITY);
    if (age >= 0 && age < FRESH_MS) return this.#board;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  /** Something happened to a disk's snapshots: a look at its coverage may not show it. */
  onSchedulerEvent(event: SchedulerEvent): void {
    if ("disk" in event) this.#touched.add(diskKey(event.backend, event.disk));
  }

  async #refresh(): Promise<Board | undefined> {
    const { sources: find, namespaces, onChange } = this.#options;
    const sources = await find();
    if (sources === undefined) return undefined;
    const now = this.#clock();
    const before = this.#board?.byObject;
    const touched = this.#touched;
    this.#touched = new Set();
    const gone = new Set(before?.keys());
    const byObject = new Map<string, VolumeCoverage>();
    const changed: string[] = [];
    const slices = new Slices();
    for (const volume of eachCoverage(sources, now)) {
      if (slices.isOver) await slices.rest();
      if (namespaces !== undefined && !namespaces.includes(volume.namespace ?? "")) continue;
      const { object } = volume;
      byObject.set(object, volume);
      gone.delete(object);
      const known = before?.get(object);
      if (known === undefined || !isSame(known, volume) || touched.has(keyOf(volume))) changed.push(object);
    }
    await slices.rest();
    const volumes = [...byObject.values()].sort(byRisk(now));
    this.#board = { now, volumes, byObject };
    if (before !== undefined) onChange?.([...changed, ...gone]);
    return this.#board;
  }
}

function keyOf({ rule }: VolumeCoverage): string {
  return rule === undefined ? "" : diskKey(rule.backend, { location: rule.location, id: rule.disk });
}

/** Whether nobody would see a difference. The widest gap grows with time alone. */
function isSame(a: VolumeCoverage, b: VolumeCoverage): boolean {
  return (
    a.protection === b.protection &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.newest === b.newest &&
    a.dueAt === b.dueAt &&
    a.lateAt === b.lateAt &&
    a.held === b.held &&
    a.volume === b.volume &&
    a.rule?.id === b.rule?.id &&
    a.rule?.deltas === b.rule?.deltas &&
    a.rule?.disk === b.rule?.disk
  );
}
