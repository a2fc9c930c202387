/** Several values for one key, few of them for most. */
export class MultiMap {
  readonly #values: Map<string, string[]> = new Map();

  of(key: string): readonly string[] {
    return this.#values.get(key) ?? [];
  }

  add(key: string, value: string): void {
    const values = this.#values.get(key);
    if (values === undefined) this.#values.set(key, [value]);
    else if (!values.includes(value)) values.push(value);
  }

  delete(key: string, value: string): void {
    const left = this.of(key).filter((other) => other !== value);
    if (left.length === 0) this.#values.delete(key);
    else this.#values.set(key, left);
  }
}
