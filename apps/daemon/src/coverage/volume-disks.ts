import type { VolumeObject } from "@k8s-snapshots/k8s-source";
import { diskKey } from "@k8s-snapshots/scheduler";
import type { DiskResolver } from "../rules/disk-resolver.ts";

/** So many volumes are looked up at once. */
const AT_ONCE = 16;

/** So long is waited before a storage system that did not answer is asked again, in milliseconds. */
const RETRY_MS = 60_000;

/**
 * Which disks volumes are that no rule names: where one names a disk by itself, that may be theirs. Looking one up may be a
 * request, so it is done for those alone that somebody asks about, once each.
 */
export class VolumeDisks {
  readonly #resolver: Pick<DiskResolver, "resolve">;
  readonly #clock: () => number;
  readonly #known = new WeakMap<VolumeObject, string | undefined>();
  readonly #wanted = new Set<VolumeObject>();
  #notBefore = Number.NEGATIVE_INFINITY;
  #isLooking = false;

  /** @param clock - in milliseconds. Default: the machine's monotonic one */
  constructor(resolver: Pick<DiskResolver, "resolve">, clock: () => number = () => performance.now()) {
    this.#resolver = resolver;
    this.#clock = clock;
  }

  /** The key of a volume's disk, as far as it is known; what is not known is looked up meanwhile. */
  diskOf(volume: VolumeObject): string | undefined {
    if (this.#known.has(volume)) return this.#known.get(volume);
    this.#wanted.add(volume);
    void this.#lookAfterTheOthers();
    return undefined;
  }

  /** Waits until they are known, as far as their storage systems answer. Never rejects. */
  async lookUp(volumes: Iterable<VolumeObject>): Promise<void> {
    const left = [...volumes];
    while (left.length > 0) await this.#look(left.splice(0, AT_ONCE));
  }

  async #lookAfterTheOthers(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#wanted.size > 0 && this.#clock() >= this.#notBefore) {
        const some = [...this.#wanted].slice(0, AT_ONCE);
        if (!(await this.#look(some))) this.#notBefore = this.#clock() + RETRY_MS;
        for (const volume of some) this.#wanted.delete(volume);
      }
    } finally {
      this.#isLooking = false;
    }
  }

  /** @returns whether all storage systems have answered */
  async #look(volumes: readonly VolumeObject[]): Promise<boolean> {
    const targets = volumes.map((volume) => ({ kind: "volume" as const, volume }));
    const { resolutions, unsettled } = await this.#resolver.resolve(targets);
    for (const target of targets) {
      const resolution = resolutions.get(target);
      const disk = resolution !== undefined && "disk" in resolution ? resolution.disk : undefined;
      if (disk !== undefined) this.#known.set(target.volume, diskKey(disk.backend, disk.disk));
      else if (!unsettled.has(target)) this.#known.set(target.volume, undefined);
    }
    return unsettled.size === 0;
  }
}
