import type { BackendError } from "@k8s-snapshots/backend-api";
import { unexpected } from "./aws-snapshot.ts";
import { XmlReader } from "./xml-reader.ts";

/** How much of an answer is read, and how long. */
export interface AnswerLimits {
  /** Of a page: 1,000 snapshots with 50 tags each, the longest that there are, take less. */
  readonly pageBytes: number;
  /** Of any other answer. */
  readonly bytes: number;
  /** Milliseconds, for the body. */
  readonly ms: number;
  /** Milliseconds until credentials must be there, whomever the SDK asks for them, and however often. */
  readonly credentialsMs: number;
}

export const answerLimits: AnswerLimits = {
  pageBytes: 64 * 2 ** 20,
  bytes: 2 ** 20,
  ms: 30_000,
  credentialsMs: 30_000,
};

/** What the SDK hands on of an HTTP response, and takes back. */
export interface SdkResponse {
  readonly statusCode?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  body?: unknown;
}

/**
 * The response's body, whole.
 *
 * @throws {BackendError} `unexpected` if it is too long; the connection is given up
 * @throws the signal's reason, a `TimeoutError`, or what the network says
 */
export async function readBody(
  { body }: SdkResponse,
  { bytes, ms }: Pick<AnswerLimits, "bytes" | "ms">,
  signal: AbortSignal | undefined,
): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const stream = body as AsyncIterable<Uint8Array> & { destroy(error?: Error): void };
  const over = AbortSignal.any([AbortSignal.timeout(ms), ...(signal ? [signal] : [])]);
  const giveUp = (): void => stream.destroy(over.reason as Error);
  over.addEventListener("abort", giveUp, { once: true });
  if (over.aborted) giveUp();
  try {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of stream) {
      length += chunk.length;
      // Leaving the loop destroys the stream.
      if (length > bytes) throw unexpected(`more than ${bytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } finally {
    over.removeEventListener("abort", giveUp);
  }
}

/** Whether EC2 says that it did what it was asked for. */
export function isSuccess({ statusCode }: SdkResponse): boolean {
  return typeof statusCode === "number" && statusCode >= 200 && statusCode < 300;
}

/**
 * That an answer is EC2's to this call, and not the page of a proxy or a portal.
 *
 * @throws {BackendError} `unexpected` if it is not
 */
export function requireAnswerTo(operation: string, body: Buffer): void {
  let root: string;
  try {
    // A root's tag is short, what may stand before it too.
    root = new XmlReader(body.toString("utf8", 0, 4096)).root();
  } catch {
    throw notAnAnswer(operation, "no XML");
  }
  if (root !== `${operation}Response`) throw notAnAnswer(operation, root.slice(0, 100));
}

/** An answer that is not one to this call. */
export function notAnAnswer(operation: string, what: string): BackendError {
  return unexpected(`${what} instead of ${operation}Response`);
}
