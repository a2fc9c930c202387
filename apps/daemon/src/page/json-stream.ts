import { setImmediate } from "node:timers/promises";

/** So much is written in one turn of the loop, in characters. */
const CHUNK = 64 * 1024;

/** Text in pieces, as somebody reads it: between two chunks the rest of the daemon gets its turn. */
export function streamOf(pieces: Iterable<string>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const iterator = pieces[Symbol.iterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        await setImmediate();
        let chunk = "";
        while (chunk.length < CHUNK) {
          const { done, value } = iterator.next();
          if (done) {
            if (chunk !== "") controller.enqueue(encoder.encode(chunk));
            controller.close();
            return;
          }
          chunk += value;
        }
        controller.enqueue(encoder.encode(chunk));
      },
      cancel() {
        iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
