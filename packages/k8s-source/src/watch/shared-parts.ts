/** Of a cluster in which everything differs, no more than that are remembered. */
const MOST = 1_000;

/** Equal parts of objects, held once: thousands of volumes differ in few things. */
export class SharedParts {
  readonly #parts = new Map<string, unknown>();

  /**
   * @param part - nobody may change it from here on
   * @returns an equal one that was given before, or it
   */
  of<T>(part: T): T {
    if (part === undefined) return part;
    const text = JSON.stringify(part);
    const known = this.#parts.get(text);
    if (known !== undefined) return known as T;
    if (this.#parts.size === MOST) this.#parts.clear();
    this.#parts.set(text, part);
    return part;
  }
}
