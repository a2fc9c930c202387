import { readChunks } from "@k8s-snapshots/backend-api/toolkit";
import { AnswerText } from "./answer-text.ts";
import type { Ec2CallOptions } from "./ec2-api.ts";

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

/** How the answers to a command are read. */
export interface AnswerReading {
  readonly options: Ec2CallOptions;
  readonly limits: AnswerLimits;
  /** Whether a success is a page of a list. */
  readonly isPage: boolean;
  /** Gets the text of a success, and returns what the SDK is to read instead. */
  readonly onSuccess: (text: AnswerText) => string;
}

/** What the SDK hands on of an HTTP response, and takes back. */
interface SdkResponse {
  readonly statusCode?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  body?: unknown;
}

type Next<Input, Output> = (input: Input) => Promise<Output>;

/** The part of an SDK's command that hands its answers on. */
interface Command {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each command has types of its own, and none is looked at
    add(middleware: (next: Next<any, any>) => Next<any, any>, options: { step: "deserialize"; priority: "low" }): void;
  };
}

/**
 * Reads the answers to a command whole, within limits, and hands on their dates. With `priority: "low"` it stands next to
 * the network, before a refusal becomes an error and a text an object.
 */
export function readAnswers(command: Command, { options, limits, isPage, onSuccess }: AnswerReading): void {
  const middleware =
    <Input, Output extends { response: unknown }>(next: Next<Input, Output>): Next<Input, Output> =>
    async (input) => {
      const answer = await next(input);
      const response = answer.response as SdkResponse;
      handOnDate(response, options);
      const bytes = isPage && isSuccess(response) ? limits.pageBytes : limits.bytes;
      const text = await readText(response.body, { bytes, ms: limits.ms }, options.signal);
      response.body = Buffer.from(isSuccess(response) ? onSuccess(text) : text.whole());
      return answer;
    };
  command.middlewareStack.add(middleware, { step: "deserialize", priority: "low" });
}

/**
 * The response's body, whole.
 *
 * @throws {BackendError} `unexpected` if it is too long; the connection is given up
 * @throws the signal's reason, a `TimeoutError`, or what the network says
 */
async function readText(
  body: unknown,
  { bytes, ms }: Pick<AnswerLimits, "bytes" | "ms">,
  signal: AbortSignal | undefined,
): Promise<AnswerText> {
  if (body === undefined || body === null) return new AnswerText([]);
  if (body instanceof Uint8Array) return new AnswerText([body]);
  const stream = body as AsyncIterable<Uint8Array> & { destroy(error?: Error): void };
  const over = AbortSignal.any([AbortSignal.timeout(ms), ...(signal ? [signal] : [])]);
  const giveUp = (): void => stream.destroy(over.reason as Error);
  over.addEventListener("abort", giveUp, { once: true });
  if (over.aborted) giveUp();
  try {
    return new AnswerText(await readChunks(stream, bytes));
  } finally {
    over.removeEventListener("abort", giveUp);
  }
}

function isSuccess({ statusCode }: SdkResponse): boolean {
  return typeof statusCode === "number" && statusCode >= 200 && statusCode < 300;
}

function handOnDate({ headers }: SdkResponse, { onDate }: Ec2CallOptions): void {
  const date = new Date(headers?.["date"] ?? Number.NaN);
  if (!Number.isNaN(date.getTime())) onDate?.(date);
}
