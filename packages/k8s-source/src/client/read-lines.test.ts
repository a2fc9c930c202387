import { expect, test } from "vitest";
import { readLines } from "./read-lines.ts";

test.each([1, 2, 3, 1_000])(
  "reads lines out of chunks of %i bytes, and leaves out one that was cut off",
  async (size) => {
    const bytes = Buffer.from('{"a":"ä😀"}\n{"b":1}\n\n{"cut off"');
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
    }
    expect(await Array.fromAsync(readLines(chunks()))).toEqual(['{"a":"ä😀"}', '{"b":1}']);
  },
);
