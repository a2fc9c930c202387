/** Why a request got no answer, whichever library sent it. */
export interface NetworkFault {
  /** For messages: `no route to the host (EHOSTUNREACH)`. Holds nothing of the request. */
  readonly reason: string;

  /** Whether the request may have reached the server: if it was not sent, nothing was done. */
  readonly mayHaveArrived: boolean;
}

/**
 * Errors of Node's sockets, name resolution and TLS, in words.
 *
 * @see {@link https://nodejs.org/api/errors.html#common-system-errors}
 */
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

/** What Node was doing when it failed, before there was a connection. */
const connecting: ReadonlySet<unknown> = new Set(["connect", "getaddrinfo"]);

/** Where a library does not say what it was doing: these mean that there was no connection. */
const neverConnected: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * Of certificates that are not trusted: no request is sent before the handshake is over.
 *
 * @see {@link https://nodejs.org/api/tls.html#x509-certificate-error-codes}
 */
const ofCertificates = /CERT|^UNABLE_TO_|SELF_SIGNED|^HOSTNAME_MISMATCH$|^INVALID_(?:CA|PURPOSE)$|^PATH_LENGTH/;

/** Of errors that wrap others, as axios's and fetch's do, the innermost counts, which is Node's own. */
export function networkFaultOf(error: unknown): NetworkFault {
  const { code, syscall } = originOf(error);
  if (typeof code !== "string" || !/^[A-Z][A-Z0-9_]*$/.test(code)) {
    return { reason: "the connection broke", mayHaveArrived: true };
  }
  const isOfCertificate = ofCertificates.test(code);
  const wasNotSent = isOfCertificate || neverConnected.has(code) || connecting.has(syscall);
  const said = isOfCertificate ? "the server's certificate is not trusted" : (words[code] ?? "the connection broke");
  // A route may be lost under a connection, too: unless Node was still connecting, the request may have arrived.
  return { reason: `${said} (${code})`, mayHaveArrived: !wasNotSent };
}

/** With several addresses of one host, the last that was tried. */
function originOf(error: unknown, depth = 0): { readonly code?: unknown; readonly syscall?: unknown } {
  const { cause, errors } = (error ?? {}) as { readonly cause?: unknown; readonly errors?: unknown };
  const inner = Array.isArray(errors) ? errors.at(-1) : cause;
  const isWrapped = typeof inner === "object" && inner !== null && depth < 8;
  return isWrapped ? originOf(inner, depth + 1) : ((error ?? {}) as { code?: unknown; syscall?: unknown });
}
