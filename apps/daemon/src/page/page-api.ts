import { type DiskInspection, diskKey, type Scheduler } from "@k8s-snapshots/scheduler";
import type { Timeline, TimelinesDocument, VolumeDocument } from "@k8s-snapshots/status-page/api";
import { coveragePieces } from "../coverage/coverage-report.ts";
import type { VolumeCoverage } from "../coverage/volume-coverage.ts";
import type { CoverageBoard } from "./coverage-board.ts";
import { streamOf } from "./json-stream.ts";
import type { RecentEvents } from "./recent-events.ts";
import { Slices } from "./slices.ts";
import { timelineOf } from "./timeline.ts";
import { viewDisk } from "./viewed-disk.ts";
import { volumeDocument } from "./volume-document.ts";

/** What {@link PageApi} answers from. */
export interface PageApiOptions {
  readonly board: CoverageBoard;
  readonly scheduler: Pick<Scheduler, "inspect">;
  readonly recent: Pick<RecentEvents, "of">;

  /** The size of a PersistentVolume, as Kubernetes has it; `undefined`: that is not known. */
  readonly capacityOf: (volume: string) => string | undefined;

  /** What tells this cluster's snapshots from those of others. */
  readonly cluster: string;
}

/** The answers of `api/v1/`, apart from HTTP. Each is `undefined` until the cluster's objects are known. */
export class PageApi {
  readonly #options: PageApiOptions;

  constructor(options: PageApiOptions) {
    this.#options = options;
  }

  /**
   * The same document as `k8s-snapshots coverage --output json`.
   *
   * @param objects - only these volumes, with the sum of all. Default: all volumes
   * @param limit - only so many of them, the least safe first. Default: all of them
   */
  async coverage(
    objects?: readonly string[],
    limit?: number,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>> | undefined> {
    const { board, cluster } = this.#options;
    const known = await board.read();
    if (known === undefined) return undefined;
    const { now, volumes, byObject } = known;
    const named = objects && [...new Set(objects)].flatMap((object) => byObject.get(object) ?? []);
    const shown = (named ?? volumes).slice(0, limit);
    return streamOf(coveragePieces({ now: new Date(now), cluster, asked: "the daemon", volumes }, shown));
  }

  /** What the rows of some volumes draw; those that are not known are left out. */
  async timelines(objects: readonly string[]): Promise<TimelinesDocument | undefined> {
    const known = await this.#options.board.read();
    if (known === undefined) return undefined;
    const timelines: Record<string, Timeline> = {};
    const slices = new Slices();
    for (const object of new Set(objects)) {
      if (slices.isOver) await slices.rest();
      const coverage = known.byObject.get(object);
      const inspection = coverage && this.#inspect(coverage);
      const disk = inspection && viewDisk(inspection);
      if (coverage !== undefined && disk !== undefined) timelines[object] = timelineOf(disk, coverage);
    }
    return { now: Date.now() / 1_000, timelines };
  }

  /** All that is known of one volume; `"unknown"`: there is none of that name, or it is not shown. */
  async volume(object: string): Promise<VolumeDocument | "unknown" | undefined> {
    const { board, recent, capacityOf } = this.#options;
    const known = await board.read();
    if (known === undefined) return undefined;
    const coverage = known.byObject.get(object);
    if (coverage === undefined) return "unknown";
    const { volume, rule } = coverage;
    const key = rule && diskKey(rule.backend, { location: rule.location, id: rule.disk });
    return volumeDocument({
      coverage,
      inspection: this.#inspect(coverage),
      capacity: volume === undefined ? undefined : capacityOf(volume),
      events: key === undefined ? [] : recent.of(key),
      now: Date.now(),
    });
  }

  #inspect({ rule }: VolumeCoverage): DiskInspection | undefined {
    if (rule === undefined) return undefined;
    const { backend, location, disk } = rule;
    return this.#options.scheduler.inspect(backend, { location, id: disk });
  }
}
