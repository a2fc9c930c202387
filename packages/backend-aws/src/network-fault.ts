/**
 * What became of a request whose answer did not come:
 * - `never-sent`: nobody can have carried it out
 * - `unknown`: it may have been carried out
 */
export type NetworkFault = "never-sent" | "unknown";

/** With these there was no connection, whichever call of the system reports them. */
const neverConnected: ReadonlySet<string> = new Set([
  // The name server, see getaddrinfo(3).
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EAI_NONAME",
  "ENODATA",
  "ENOTFOUND",
  "ESERVFAIL",
  // connect(2) and socket(2) of this machine.
  "EACCES",
  "EADDRINUSE",
  "EADDRNOTAVAIL",
  "EAFNOSUPPORT",
  "ECONNREFUSED",
  "EMFILE",
  "ENETDOWN",
  "ENFILE",
  "ENOBUFS",
  // fetch of Node.
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** These end a connection that is there, too: only where {@link https://man7.org/linux/man-pages/man2/connect.2.html | connect} reports them, nothing was sent. */
const perhapsConnected: ReadonlySet<string> = new Set([
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETRESET",
  "ENETUNREACH",
  "EPERM",
  "ETIMEDOUT",
]);

/** The handshake failed, before which no request is sent: mostly the other side's certificate does not convince. */
const refusedHandshakes: ReadonlySet<string> = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
  "ERR_SSL_UNSUPPORTED_PROTOCOL",
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** And these, or any other cut, leave it open. */
const lostAnswers: ReadonlySet<string> = new Set([
  "ECONNABORTED",
  "ECONNRESET",
  "EPIPE",
  "EPROTO",
  "ERR_STREAM_PREMATURE_CLOSE",
  "UND_ERR_BODY_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_SOCKET",
]);

/**
 * Whether the network failed, and what became of the request. Of several attempts at once (an address each) the worst
 * counts, and of a chain of causes the first that is known.
 *
 * @param error - what Node, or a client above it, threw
 * @returns `undefined` if it is no fault of the network
 * @see {@link https://nodejs.org/api/errors.html#common-system-errors}
 * @see {@link https://nodejs.org/api/tls.html#x509-certificate-error-codes}
 */
export function networkFaultOf(error: unknown): NetworkFault | undefined {
  return search(error, 5);
}

/** Node's code of the fault, for messages; `undefined` if there is none. */
export function networkFaultCode(error: unknown): string | undefined {
  for (const each of chainOf(error)) {
    if (ownFault(each) !== undefined) return (each as { code: string }).code;
  }
  return undefined;
}

function search(error: unknown, depth: number): NetworkFault | undefined {
  if (depth === 0 || typeof error !== "object" || error === null) return undefined;
  const { errors, cause } = error as { errors?: unknown; cause?: unknown };
  if (Array.isArray(errors) && errors.length > 0) {
    const faults = errors.slice(0, 100).map((each) => search(each, depth - 1));
    if (faults.every((fault) => fault === "never-sent")) return "never-sent";
    if (faults.includes("unknown")) return "unknown";
  }
  return ownFault(error) ?? search(cause, depth - 1);
}

function ownFault(error: unknown): NetworkFault | undefined {
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof code !== "string") return undefined;
  if (neverConnected.has(code) || refusedHandshakes.has(code)) return "never-sent";
  if (perhapsConnected.has(code)) return syscall === "connect" ? "never-sent" : "unknown";
  return lostAnswers.has(code) || code.startsWith("ERR_SSL_") ? "unknown" : undefined;
}

function chainOf(error: unknown): object[] {
  const chain: object[] = [];
  for (let each = error; typeof each === "object" && each !== null && chain.length < 5; ) {
    chain.push(each);
    const { errors, cause } = each as { errors?: unknown; cause?: unknown };
    each = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return chain;
}
