import { BackendError } from "../backend-error.ts";

/** No answer of a storage system that is read whole is longer: a page of a thousand snapshots has two megabytes. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The text of an answer, in UTF-8.
 *
 * @param mostBytes - Default: 64 MiB
 * @throws {BackendError} `unexpected` with an unknown outcome if it has more bytes: what is left is not read
 */
export async function readBody(body: AsyncIterable<Uint8Array>, mostBytes?: number): Promise<string> {
  return Buffer.concat(await readChunks(body, mostBytes)).toString("utf8");
}

/**
 * The bytes of an answer, as they came.
 *
 * @param mostBytes - Default: 64 MiB
 * @throws {BackendError} `unexpected` with an unknown outcome if it has more bytes: what is left is not read
 */
export async function readChunks(
  body: AsyncIterable<Uint8Array>,
  mostBytes: number = MOST_BYTES,
): Promise<readonly Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) {
      throw new BackendError("unexpected", `the answer has more than ${mostBytes} bytes`, { outcome: "unknown" });
    }
    chunks.push(chunk);
  }
  return chunks;
}
