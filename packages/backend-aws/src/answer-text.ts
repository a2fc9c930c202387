import { StringDecoder } from "node:string_decoder";

/** So small that what is cut from it is collected with the youngest objects, at no cost. */
const PIECE_BYTES = 16 * 1024;

/** A root's tag is short, what may stand before it too. */
const HEAD_BYTES = 4096;

/** The text of an answer, in UTF-8, which is made of its bytes when it is read. */
export class AnswerText {
  readonly #chunks: readonly Uint8Array[];

  constructor(chunks: readonly Uint8Array[]) {
    this.#chunks = chunks;
  }

  /** How it begins. The first chunk may be a few bytes; a text of the whole would be a megabyte for each page. */
  get head(): string {
    const first: Uint8Array[] = [];
    for (let bytes = 0, index = 0; bytes < HEAD_BYTES && index < this.#chunks.length; index++) {
      const chunk = this.#chunks[index] as Uint8Array;
      first.push(chunk.subarray(0, HEAD_BYTES - bytes));
      bytes += chunk.length;
    }
    return Buffer.concat(first).toString("utf8");
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
