const CHUNK = 2 ** 20;
/** The length of the text, and where the one before it begins. */
const HEAD = 12;
const NONE = -1;

/**
 * Texts in chains, as bytes outside of the JavaScript heap: half a million of them cost no garbage collection, and nothing of
 * what they were cut from stays in memory.
 */
export class RowStore implements Disposable {
  readonly #chunks: Buffer[] = [];
  #used = CHUNK;

  /**
   * @param previous - what the call for the text before it in the chain returned; `undefined`: it is the first one
   * @returns where it is
   */
  add(text: string, previous: number = NONE): number {
    // A character of a string takes three bytes at most.
    const most = HEAD + 3 * text.length;
    const last = this.#chunks.at(-1);
    let chunk = last;
    if (chunk === undefined || this.#used + most > chunk.length) {
      chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK, most));
      this.#chunks.push(chunk);
      this.#used = 0;
    }
    const at = this.#used;
    const length = chunk.write(text, at + HEAD);
    chunk.writeUInt32LE(length, at);
    chunk.writeDoubleLE(previous, at + 4);
    // The next one begins where a number below a chunk's size can say it.
    this.#used = at + HEAD + length >= CHUNK ? chunk.length : at + HEAD + length;
    return (this.#chunks.length - 1) * CHUNK + at;
  }

  /** The texts of a chain, the one that was added last first. */
  *chain(last: number): Generator<string, void> {
    for (let at = last; at !== NONE; ) {
      const chunk = this.#chunks[Math.floor(at / CHUNK)] as Buffer;
      const offset = at % CHUNK;
      const start = offset + HEAD;
      yield chunk.toString("utf8", start, start + chunk.readUInt32LE(offset));
      at = chunk.readDoubleLE(offset + 4);
    }
  }

  /** Lets go of the memory at once: the garbage collector, which does not see it, may not come for hours. */
  [Symbol.dispose](): void {
    for (const { buffer } of this.#chunks.splice(0)) (buffer as ArrayBuffer).transfer(0);
    this.#used = CHUNK;
  }
}
