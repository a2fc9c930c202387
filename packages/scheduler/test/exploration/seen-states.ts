/**
 * Which states were seen, by a number of 64 bits for each: 16 bytes a state, so that fifty million fit. Two states of one
 * number would count as one: with fifty million that happens once in ten thousand runs, and hides one state.
 */
export class SeenStates {
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  readonly #mask: number;
  #size = 0;

  /** @param most - how many are added at most */
  constructor(most: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(16, most * 1.6)));
    this.#low = new Uint32Array(slots);
    this.#high = new Uint32Array(slots);
    this.#mask = slots - 1;
  }

  /** What {@link toBuffer} wrote. */
  static read(buffer: Buffer, most: number): SeenStates {
    const states = new SeenStates(most);
    const slots = states.#low.length;
    const bytes = new Uint8Array(buffer);
    if (bytes.byteLength !== 8 * slots) throw new Error("the states seen were written for another number of states");
    new Uint8Array(states.#low.buffer).set(bytes.subarray(0, 4 * slots));
    new Uint8Array(states.#high.buffer).set(bytes.subarray(4 * slots));
    states.#size = states.#low.reduce((count, low) => (low === 0 ? count : count + 1), 0);
    return states;
  }

  toBuffer(): Buffer {
    return Buffer.concat([new Uint8Array(this.#low.buffer), new Uint8Array(this.#high.buffer)]);
  }

  get size(): number {
    return this.#size;
  }

  /** @returns whether it is new */
  add(key: string): boolean {
    let low = 0x811c9dc5;
    let high = 0x9e3779b9;
    for (let index = 0; index < key.length; index++) {
      const code = key.charCodeAt(index);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high ^ code, 0x85ebca6b);
      high ^= high >>> 13;
    }
    low = (low ^ (low >>> 16)) >>> 0 || 1;
    high >>>= 0;
    let slot = (low ^ Math.imul(high, 0x27d4eb2f)) & this.#mask;
    while (this.#low[slot] !== 0) {
      if (this.#low[slot] === low && this.#high[slot] === high) return false;
      slot = (slot + 1) & this.#mask;
    }
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#size++;
    return true;
  }
}
