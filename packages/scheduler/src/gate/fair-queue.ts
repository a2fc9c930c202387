import type { Monotonic } from "../state/time.ts";
import type { Turn } from "./call-context.ts";

/**
 * Waiting calls, in turn by namespace (rule 14): whoever asks for much waits for himself. Within a namespace the disk is
 * first whose snapshot is latest, counted in its own intervals, and those of which none is late go in turn.
 */
export class FairQueue<T> {
  readonly #namespaces = new Map<string, Map<string, Waiting<T>[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push({ namespace, disk, due }: Turn, item: T): void {
    let disks = this.#namespaces.get(namespace);
    if (disks === undefined) {
      disks = new Map();
      this.#namespaces.set(namespace, disks);
    }
    const waiting = { item, due };
    const items = disks.get(disk);
    if (items === undefined) disks.set(disk, [waiting]);
    else items.push(waiting);
    this.#size++;
  }

  /** The next one; its namespace, and its disk within it, go to the end of the line. */
  shift(now: Monotonic): T | undefined {
    const { done, value } = this.#namespaces.entries().next();
    if (done) return undefined;
    const [namespace, disks] = value;
    const disk = latest(disks, now);
    const items = disks.get(disk) as Waiting<T>[];
    const first = items.shift();
    disks.delete(disk);
    if (items.length > 0) disks.set(disk, items);
    this.#namespaces.delete(namespace);
    if (disks.size > 0) this.#namespaces.set(namespace, disks);
    this.#size--;
    return first?.item;
  }

  /** Takes all of them away, in no particular order. */
  drain(): T[] {
    const items = [...this.#namespaces.values()].flatMap((disks) => [...disks.values()].flat());
    this.#namespaces.clear();
    this.#size = 0;
    return items.map(({ item }) => item);
  }
}

interface Waiting<T> {
  readonly item: T;
  readonly due: Turn["due"];
}

/** How late they are changes with time, for each at its own pace: so it is asked for each time. */
function latest<T>(disks: ReadonlyMap<string, readonly Waiting<T>[]>, now: Monotonic): string {
  let latestDisk = "";
  let most = Number.NEGATIVE_INFINITY;
  for (const [disk, [first]] of disks) {
    const lateness = first?.due === undefined ? 0 : Math.max(0, (now - first.due.at) / first.due.interval);
    if (lateness <= most) continue;
    most = lateness;
    latestDisk = disk;
  }
  return latestDisk;
}
