/** Items of which the first is always at hand; adding one and taking the first cost O(log n). Equal ones have no order. */
export class BinaryHeap<T> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The first; `undefined` if there is none. It stays. */
  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    const isBefore = this.#isBefore;
    let index = items.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(item, items[parent] as T)) break;
      items[index] = items[parent] as T;
      index = parent;
    }
    items[index] = item;
  }

  /** Takes out the first; `undefined` if there is none. */
  pop(): T | undefined {
    const items = this.#items;
    const isBefore = this.#isBefore;
    const first = items[0];
    const last = items.pop() as T;
    if (items.length === 0) return first;
    let index = 0;
    for (let child = 1; child < items.length; child = 2 * index + 1) {
      if (child + 1 < items.length && isBefore(items[child + 1] as T, items[child] as T)) child++;
      if (!isBefore(items[child] as T, last)) break;
      items[index] = items[child] as T;
      index = child;
    }
    items[index] = last;
    return first;
  }

  clear(): void {
    this.#items.length = 0;
  }
}
