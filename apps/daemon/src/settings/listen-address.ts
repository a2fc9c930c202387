import type { Setting } from "./setting.ts";

/** Where the HTTP server listens. */
export interface ListenAddress {
  /** `undefined`: on all addresses. */
  readonly host: string | undefined;
  readonly port: number;
}

/** `:8080`, `127.0.0.1:8080`, `[::1]:8080`; port 0 is any free one. */
export function listenAddress<D extends string>(
  variable: string,
  description: string,
  fallback: D,
): Setting<ListenAddress, D> {
  return { variable, kind: "address", description, default: fallback, parse: parseAddress };
}

/** The same; empty: nothing listens. */
export function listenAddressOrNone<D extends string>(
  variable: string,
  description: string,
  fallback: D,
): Setting<ListenAddress | undefined, D> {
  return {
    ...{ variable, kind: "address", description, default: fallback, takesEmpty: true },
    parse: (written) => (written === "" ? undefined : parseAddress(written)),
  };
}

function parseAddress(written: string): ListenAddress {
  const parts = /^(?:\[(?<six>[0-9a-fA-F:.]+)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/.exec(written)?.groups;
  const port = Number(parts?.["port"]);
  if (parts === undefined || port > 65_535) throw new Error("must be an address such as :8080 or 127.0.0.1:8080");
  return { host: parts["six"] ?? (parts["host"] || undefined), port };
}
