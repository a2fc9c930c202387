import { HttpListener, RequestLog } from "@k8s-snapshots/emulator-support";
import { BlockStorage } from "./block-storage.ts";
import { Faults } from "./faults.ts";
import { RateLimit, type RateLimits } from "./rate-limit.ts";
import { RequestHandler } from "./request-handler.ts";
import { type RequestLog as Log, matchesRequest } from "./request-match.ts";
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
export interface DigitalOceanEmulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; the API is at `/v2/`. */
  readonly url: string;
  /** What is there. */
  readonly storage: BlockStorage;
  /** What goes wrong. */
  readonly faults: Faults;
  /** What the tokens may do. */
  readonly scopes: TokenScopes;
  /** What was asked. */
  readonly requests: Log;
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
  const [faults, scopes, log, violations] = [
    new Faults(),
    new TokenScopes(tokens),
    new RequestLog(matchesRequest),
    [] as string[],
  ];
  const handler = new RequestHandler({ storage, faults, scopes, rateLimit, log, pageSize, violations });
  const listener = new HttpListener("127.0.0.1", 0, (request, response) => void handler.handle(request, response));
  await listener.start();
  const close = async (): Promise<void> => {
    await listener.stop();
    if (violations.length > 0) throw new Error(`not as DigitalOcean describes it:\n${violations.join("\n")}`);
  };
  return {
    url: listener.url,
    storage,
    faults,
    scopes,
    requests: log,
    violations,
    close,
    [Symbol.asyncDispose]: close,
  };
}
