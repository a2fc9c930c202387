import { StringDecoder } from "node:string_decoder";

/** So small that what is cut from it is collected with the youngest objects, at no cost. */
const PIECE_BYTES = 64 * 1024;

/** A root's tag is short, what may stand before it too. */
const HEAD_BYTES = 4096;

/** The text of an answer, in UTF-8, which is made of its bytes when it is read. */
export class AnswerText {
  readonly #chunks: readonly Uint8Array[];

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks;
  }

  /** How it begins. */
  get head(): string {
    const [first = new Uint8Array()] = this.#chunks;
    if (first.length >= HEAD_BYTES) return Buffer.from(first.buffer, first.byteOffset, HEAD_BYTES).toString("utf8");
    return this.whole().slice(0, HEAD_BYTES);
  }

  whole(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }

  /** All of it, piece by piece. */
  *pieces(): Generator<string, void> {
    const decoder = new StringDecoder("utf8");
    for (const chunk of this.#chunks) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        const piece = chunk.subarray(at, at + PIECE_BYTES);
        yield decoder.write(Buffer.from(piece.buffer, piece.byteOffset, piece.length));
      }
    }
    yield decoder.end();
  }
}
