import { HttpListener, RequestLog } from "@k8s-snapshots/emulator-support";
import { AccessRules } from "./access-rules.ts";
import { ComputeStore, type Durations } from "./compute-store.ts";
import { Faults } from "./faults.ts";
import { RequestHandler } from "./request-handler.ts";
import { type RequestLog as Log, matchesRequest } from "./request-match.ts";
import { StoreAccess } from "./store-access.ts";

/** How an emulator is set up. */
export interface GceEmulatorOptions {
  /** Default: `emulated-project`. Others are not found. */
  readonly projects?: readonly string[];
  /** The time, in milliseconds since 1970. Default: the machine's. */
  readonly now?: () => number;
  /** Default: everything is done at once. */
  readonly durations?: Durations;
  /** The most that a page of a list holds. Default: 500. */
  readonly pageSize?: number;
}

/** A running emulator. */
export interface GceEmulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`; the API is at `/compute/v1/`. */
  readonly url: string;
  readonly store: StoreAccess;
  /** What goes wrong. */
  readonly faults: Faults;
  /** What is forbidden. */
  readonly rules: AccessRules;
  /** What was asked. */
  readonly requests: Log;
  /** What in requests and answers was not as Google describes it, one line each. */
  readonly violations: readonly string[];
  /**
   * Cuts all connections and ends.
   *
   * @throws {Error} if there are {@link violations}, so that the test fails
   */
  close(): Promise<void>;
}

/** Starts an emulator with nothing in its projects. */
export async function startGceEmulator(options: GceEmulatorOptions = {}): Promise<GceEmulator> {
  const { projects = ["emulated-project"], now = Date.now, pageSize = 500 } = options;
  const store = new ComputeStore(projects, now, options.durations ?? { pending: 0, operation: 0 });
  const [faults, rules, log, violations] = [
    new Faults(),
    new AccessRules(),
    new RequestLog(matchesRequest),
    [] as string[],
  ];
  const handler = new RequestHandler({ store, faults, rules, log, pageSize, violations });
  const listener = new HttpListener("127.0.0.1", 0, (request, response) => void handler.handle(request, response));
  await listener.start();
  const close = async (): Promise<void> => {
    await listener.stop();
    if (violations.length > 0) throw new Error(`not as Google describes it:\n${violations.join("\n")}`);
  };
  return {
    url: listener.url,
    store: new StoreAccess(store),
    faults,
    rules,
    requests: log,
    violations,
    close,
    [Symbol.asyncDispose]: close,
  };
}
