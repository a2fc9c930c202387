import { isDeepStrictEqual } from "node:util";

/** Objects by key. A value that says the same as the one before does not replace it, so that `===` tells a change. */
export class ObjectCache<T> {
  #objects: Map<string, T> = new Map();

  get objects(): ReadonlyMap<string, T> {
    return this.#objects;
  }

  /** Returns whether anything changed, as {@link delete} does. */
  put(key: string, value: T): boolean {
    if (this.known(key, value) !== value) return false;
    this.#objects.set(key, value);
    return true;
  }

  delete(key: string): boolean {
    return this.#objects.delete(key);
  }

  /**
   * @param objects - all there are now; the values went through {@link known}
   * @returns the keys of those that came, changed or went
   */
  replace(objects: Map<string, T>): string[] {
    const before = this.#objects;
    this.#objects = objects;
    const changed = [...objects].filter(([key, value]) => before.get(key) !== value).map(([key]) => key);
    for (const key of before.keys()) if (!objects.has(key)) changed.push(key);
    return changed;
  }

  /** The value that is there already, if it says the same as this one. */
  known(key: string, value: T): T {
    const known = this.#objects.get(key);
    return known !== undefined && isDeepStrictEqual(known, value) ? known : value;
  }
}
