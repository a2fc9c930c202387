/** Why a request got no answer, whichever library sent it. */
export interface NetworkFault {
  /** Node's code: `EHOSTUNREACH`. Empty where it has none. */
  readonly code: string;

  /** For messages: `no route to the host (EHOSTUNREACH)`. Holds nothing of the request. */
  readonly reason: string;

  /** Whether the request may have reached the server: if it was not sent, nothing was done. */
  readonly mayHaveArrived: boolean;
}

/** What holds where a client says no more than that there was no answer. */
export const brokenConnection: NetworkFault = { code: "", reason: "the connection broke", mayHaveArrived: true };

/** With these there was no connection, whichever call of the system reports them. */
const neverConnected: ReadonlySet<string> = new Set([
  // The name server, see getaddrinfo(3).
  ...["EAI_AGAIN", "EAI_FAIL", "EAI_NODATA", "EAI_NONAME", "ENODATA", "ENOTFOUND", "ESERVFAIL"],
  // connect(2) and socket(2) of this machine.
  ...[
    "EACCES",
    "EADDRINUSE",
    "EADDRNOTAVAIL",
    "EAFNOSUPPORT",
    "ECONNREFUSED",
    "EMFILE",
    "ENETDOWN",
    "ENFILE",
    "ENOBUFS",
  ],
  // Node's fetch.
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** These end a connection that is there, too: nothing was sent only where Node was still connecting. */
const perhapsConnected: ReadonlySet<string> = new Set([
  ...["EHOSTDOWN", "EHOSTUNREACH", "ENETRESET", "ENETUNREACH", "EPERM", "ETIMEDOUT"],
]);

/** After these the request may have arrived. */
const lostAnswers: ReadonlySet<string> = new Set([
  ...["ECONNABORTED", "ECONNRESET", "EPIPE", "EPROTO", "ERR_STREAM_PREMATURE_CLOSE"],
  ...["UND_ERR_BODY_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_SOCKET"],
]);

/**
 * Of certificates that are not trusted, and of handshakes that fail: no request is sent before they are over.
 *
 * @see {@link https://nodejs.org/api/tls.html#x509-certificate-error-codes}
 */
const ofHandshakes =
  /CERT_|_CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH$|^INVALID_(?:CA|PURPOSE)$|^PATH_LENGTH|^ERR_SSL_(?:WRONG_VERSION|UNSUPPORTED_PROTOCOL|TLSV1_ALERT_PROTOCOL)/;

const words: Readonly<Record<string, string>> = {
  EAI_AGAIN: "the name cannot be resolved at the moment",
  ECONNABORTED: "the connection was aborted",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ENOTFOUND: "there is no such host",
  EPIPE: "the connection was closed",
  EPROTO: "the TLS handshake failed",
  ETIMEDOUT: "the connection timed out",
};

/** An error may be its own cause. */
const MOST_CAUSES = 8;

/**
 * The fault of the network behind an error; `undefined` if there is none. Of several attempts at once, one for each address,
 * the one counts after which most may have happened; of a chain of causes the innermost, which is Node's own.
 *
 * @param error - what Node, or a client above it, threw
 * @see {@link https://nodejs.org/api/errors.html#common-system-errors}
 */
export function networkFaultOf(error: unknown): NetworkFault | undefined {
  return faultWithin(error, MOST_CAUSES);
}

function faultWithin(error: unknown, causesLeft: number): NetworkFault | undefined {
  if (causesLeft < 0 || typeof error !== "object" || error === null) return undefined;
  const { errors, cause } = error as { readonly errors?: unknown; readonly cause?: unknown };
  const attempts = Array.isArray(errors) ? errors.slice(0, 100) : [];
  const faults = attempts.map((each) => faultWithin(each, causesLeft - 1)).filter((fault) => fault !== undefined);
  return (
    faults.find(({ mayHaveArrived }) => mayHaveArrived) ??
    faults.at(-1) ??
    faultWithin(cause, causesLeft - 1) ??
    ownFault(error as { readonly code?: unknown; readonly syscall?: unknown })
  );
}

function ownFault({
  code,
  syscall,
}: {
  readonly code?: unknown;
  readonly syscall?: unknown;
}): NetworkFault | undefined {
  if (typeof code !== "string" || !/^[A-Z][A-Z0-9_]*$/.test(code)) return undefined;
  if (ofHandshakes.test(code)) {
    return { code, reason: `the server's certificate is not trusted (${code})`, mayHaveArrived: false };
  }
  const isOfNetwork = [neverConnected, perhapsConnected, lostAnswers].some((codes) => codes.has(code));
  if (!isOfNetwork && !code.startsWith("ERR_SSL_")) return undefined;
  const wasConnecting = perhapsConnected.has(code) && (syscall === "connect" || syscall === "getaddrinfo");
  const reason = `${words[code] ?? brokenConnection.reason} (${code})`;
  return { code, reason, mayHaveArrived: !neverConnected.has(code) && !wasConnecting };
}
