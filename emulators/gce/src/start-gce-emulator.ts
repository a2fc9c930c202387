import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AccessRules } from "./access-rules.ts";
import { ComputeStore, type Durations } from "./compute-store.ts";
import { Faults } from "./faults.ts";
import { RequestHandler } from "./request-handler.ts";
import { RequestLog } from "./request-log.ts";
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
export interface GceEmulator {
  /** `http://127.0.0.1:PORT`; the API is at `/compute/v1/`. */
  readonly url: string;
  readonly store: StoreAccess;
  /** What goes wrong. */
  readonly faults: Faults;
  /** What is forbidden. */
  readonly rules: AccessRules;
  /** What was asked. */
  readonly requests: RequestLog;
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
  const [faults, rules, log, violations] = [new Faults(), new AccessRules(), new RequestLog(), [] as string[]];
  const handler = new RequestHandler({ store, faults, rules, log, pageSize, violations });
  const server = createServer((request, response) => void handler.handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    store: new StoreAccess(store),
    faults,
    rules,
    requests: log,
    violations,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      if (violations.length > 0) throw new Error(`not as Google describes it:\n${violations.join("\n")}`);
    },
  };
}
