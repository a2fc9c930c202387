const FIRST = 100;
const MOST = 500;

/** A page of this size is parsed in some ten milliseconds, and does not show in the process's memory. */
const WANTED_BYTES = 4 * 1024 * 1024;

/** How many objects to ask for at once: so many that an answer stays small, however large someone makes the objects. */
export class PageSize {
  #limit = FIRST;

  get limit(): number {
    return this.#limit;
  }

  /** The last answer had so many objects, and bytes if they were counted. */
  answered(objects: number, bytes = 0): void {
    if (objects === 0 || bytes === 0) return;
    const fitting = Math.floor((WANTED_BYTES / bytes) * objects);
    // Those that come may be larger than those that came.
    this.#limit = Math.max(1, Math.min(MOST, fitting, 2 * this.#limit));
  }
}
