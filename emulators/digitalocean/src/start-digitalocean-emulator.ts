import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { BlockStorage } from "./block-storage.ts";
import { Faults } from "./faults.ts";
import { RateLimit, type RateLimits } from "./rate-limit.ts";
import { RequestHandler } from "./request-handler.ts";
import { RequestLog } from "./request-log.ts";
import { TokenScopes } from "./token-scopes.ts";

/** The token that is good unless others are given. */
export const EMULATOR_TOKEN = "emulated-token";

/** How an emulator is set up. */
export interface DigitalOceanEmulatorOptions {
  /** Default: {@link EMULATOR_TOKEN}, with all scopes. All tokens are of one account. */
  readonly tokens?: readonly string[];
  /** The time, in milliseconds since 1970. Default: the machine's. */
  readonly now?: () => number;
  /** The most that a page of a list holds, whatever is asked for. Default: 200. */
  readonly pageSize?: number;
  /** Default: 5,000 an hour and 250 a minute, of each token. */
  readonly rateLimits?: RateLimits;
  /** Milliseconds between two snapshots of a volume. Default: 10 minutes. */
  readonly snapshotIntervalMs?: number;
}

/** A running emulator. */
export interface DigitalOceanEmulator {
  /** `http://127.0.0.1:PORT`; the API is at `/v2/`. */
  readonly url: string;
  /** What is there. */
  readonly storage: BlockStorage;
  /** What goes wrong. */
  readonly faults: Faults;
  /** What the tokens may do. */
  readonly scopes: TokenScopes;
  /** What was asked. */
  readonly requests: RequestLog;
  /** What in requests and answers was not as DigitalOcean describes it, one line each. */
  readonly violations: readonly string[];
  /**
   * Cuts all connections and ends.
   *
   * @throws {Error} if there are {@link violations}, so that the test fails
   */
  close(): Promise<void>;
}

/** Starts an emulator with nothing in its account. */
export async function startDigitalOceanEmulator(
  options: DigitalOceanEmulatorOptions = {},
): Promise<DigitalOceanEmulator> {
  const { tokens = [EMULATOR_TOKEN], now = Date.now, pageSize = 200, snapshotIntervalMs = 600_000 } = options;
  const storage = new BlockStorage(now, snapshotIntervalMs);
  const rateLimit = new RateLimit(options.rateLimits ?? { perHour: 5_000, perMinute: 250 }, now);
  const [faults, scopes, log, violations] = [new Faults(), new TokenScopes(tokens), new RequestLog(), [] as string[]];
  const handler = new RequestHandler({ storage, faults, scopes, rateLimit, log, pageSize, violations });
  const server = createServer((request, response) => void handler.handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    storage,
    faults,
    scopes,
    requests: log,
    violations,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      if (violations.length > 0) throw new Error(`not as DigitalOcean describes it:\n${violations.join("\n")}`);
    },
  };
}
