/** Where the rows of a list lie that are not all of one height, in pixels. */
export class RowHeights {
  readonly #tops: Float64Array;

  constructor(heights: readonly number[]) {
    this.#tops = new Float64Array(heights.length + 1);
    for (const [index, height] of heights.entries()) {
      this.#tops[index + 1] = (this.#tops[index] as number) + height;
    }
  }

  get count(): number {
    return this.#tops.length - 1;
  }

  /** Of all of them. */
  get height(): number {
    return this.#tops[this.count] as number;
  }

  top(index: number): number {
    return this.#tops[index] ?? this.height;
  }

  /** Which row lies there; the first or the last where none does. */
  at(y: number): number {
    let low = 0;
    let high = this.count;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#tops[middle] as number) <= y) low = middle;
      else high = middle;
    }
    return low;
  }
}
