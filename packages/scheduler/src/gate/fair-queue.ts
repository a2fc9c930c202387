import type { Turn } from "./call-context.ts";

/** Waiting calls, in turn by namespace, and within one by disk (rule 14): whoever asks for much waits for himself. */
export class FairQueue<T> {
  readonly #namespaces = new Map<string, Map<string, T[]>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push({ namespace, disk }: Turn, item: T): void {
    let disks = this.#namespaces.get(namespace);
    if (disks === undefined) {
      disks = new Map();
      this.#namespaces.set(namespace, disks);
    }
    const items = disks.get(disk);
    if (items === undefined) disks.set(disk, [item]);
    else items.push(item);
    this.#size++;
  }

  /** The next one; its namespace, and its disk within it, go to the end of the line. */
  shift(): T | undefined {
    const [namespace, disks] = first(this.#namespaces) ?? [];
    if (namespace === undefined || disks === undefined) return undefined;
    const [disk, items] = first(disks) as [string, T[]];
    const item = items.shift();
    disks.delete(disk);
    if (items.length > 0) disks.set(disk, items);
    this.#namespaces.delete(namespace);
    if (disks.size > 0) this.#namespaces.set(namespace, disks);
    this.#size--;
    return item;
  }
}

function first<K, V>(map: ReadonlyMap<K, V>): [K, V] | undefined {
  const { done, value } = map.entries().next();
  return done ? undefined : value;
}
