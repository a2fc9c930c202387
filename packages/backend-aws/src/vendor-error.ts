import { networkFaultOf, retryAfterMs } from "@k8s-snapshots/backend-api/toolkit";

/** What the SDK's errors say that this package looks at. Each may be anything: it comes from the answer. */
export interface VendorError {
  /** The service's code, or the SDK's name for what happened. */
  readonly name: string;
  /** Left out if there was no answer. */
  readonly status: number | undefined;
  /** Node's code, where the network failed. */
  readonly systemCode: string | undefined;
  /** The service's words, made safe: see {@link safeWords}. */
  readonly words: string;
  readonly requestId: string | undefined;
  /** Milliseconds, as the answer's `Retry-After` asks for. */
  readonly retryAfterMs: number | undefined;
}

/** Most characters of others' words in a message. */
const longestWords = 500;

/** Signed requests, keys and tokens: nobody's words may repeat them. */
const secrets: readonly (readonly [RegExp, string])[] = [
  // What DecodeAuthorizationMessage takes: long, and for those only who may call it.
  [/ ?Encoded authorization failure message:.*$/i, ""],
  [/eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, "(token)"],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g, "(access key)"],
  [/\b(Credential|Signature|X-Amz-[\w-]+|x-amz-[\w-]+)[=:]\s*[^\s,&"']+/g, "$1=(left out)"],
  [/[A-Za-z0-9+/=]{40,}/g, "(left out)"],
];

export function readVendorError(error: unknown): VendorError {
  const { name, message, $metadata, $response } = fieldsOf(error);
  const { httpStatusCode, requestId } = fieldsOf($metadata);
  const { headers } = fieldsOf($response);
  return {
    name: typeof name === "string" && name !== "" ? safeName(name) : "Error",
    status: typeof httpStatusCode === "number" ? httpStatusCode : undefined,
    systemCode: networkFaultOf(error)?.code,
    words: typeof message === "string" ? safeWords(message) : "",
    requestId: typeof requestId === "string" ? requestId.slice(0, 100) : undefined,
    retryAfterMs: retryAfterMs(textOf(fieldsOf(headers)["retry-after"])),
  };
}

/** A code is letters and dots; anything else is words. */
function safeName(name: string): string {
  return /^[A-Za-z.]{1,100}$/.test(name) ? name : safeWords(name.slice(0, 100)) || "Error";
}

/** Others' words on one line, without what may be secret, and not longer than a message bears. */
export function safeWords(text: string): string {
  // Cut first: what is replaced may be megabytes long.
  let words = text.slice(0, 20 * longestWords);
  words = words.replace(/\s+/g, " ").trim();
  for (const [pattern, instead] of secrets) words = words.replace(pattern, instead);
  return words.length <= longestWords ? words : `${words.slice(0, longestWords)}…`;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
