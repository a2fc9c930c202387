import { HttpListener, RequestLog } from "@k8s-snapshots/emulator-support";
import { AccessRules } from "./access-rules.ts";
import { namespaces, systemNamespaces } from "./built-in-resources.ts";
import { Faults } from "./faults.ts";
import { ObjectOperations } from "./object-operations.ts";
import { ObjectStore } from "./object-store.ts";
import { OpenWatches } from "./open-watches.ts";
import { RequestHandler } from "./request-handler.ts";
import { type RequestLog as Log, matchesRequest } from "./request-match.ts";
import { defineResource, type ResourceOutline } from "./resource-definition.ts";
import { ResourceHandler } from "./resource-handler.ts";
import { ResourceRegistry } from "./resource-registry.ts";
import { StoreAccess } from "./store-access.ts";

/** How an emulator is set up. */
export interface KubernetesEmulatorOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: `127.0.0.1`. There is no authentication: do not listen where others can reach it. */
  readonly host?: string;
  /** Resources served besides the built-in ones and those of CustomResourceDefinitions. */
  readonly resources?: readonly ResourceOutline[];
  /** Milliseconds between a watch's bookmarks. Default: a minute, as in the real server. */
  readonly bookmarkIntervalMs?: number;
  /** How many changes of each resource are remembered; older resourceVersions get 410. Default: 10,000. */
  readonly watchCacheSize?: number;
}

/** A running emulator. */
export interface KubernetesEmulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, what `kubectl --server` takes. */
  readonly url: string;
  /** The objects, behind the server's back. */
  readonly store: StoreAccess;
  /** What goes wrong. */
  readonly faults: Faults;
  /** What was asked. */
  readonly requests: Log;
  /** What is forbidden. */
  readonly rules: AccessRules;
  /** Cuts all connections and ends. */
  close(): Promise<void>;
}

/**
 * Starts an emulator with the four namespaces that every cluster has, and nothing else in it.
 *
 * @throws {Error} if the port is taken
 */
export async function startKubernetesEmulator(options: KubernetesEmulatorOptions = {}): Promise<KubernetesEmulator> {
  const {
    port = 0,
    host = "127.0.0.1",
    resources = [],
    bookmarkIntervalMs = 60_000,
    watchCacheSize = 10_000,
  } = options;
  const store = new ObjectStore(watchCacheSize);
  const registry = new ResourceRegistry(store, resources.map(defineResource));
  const operations = new ObjectOperations(store);
  for (const name of systemNamespaces) operations.create(namespaces, undefined, { metadata: { name } });

  const watches = new OpenWatches();
  const log = new RequestLog(matchesRequest);
  const rules = new AccessRules();
  const listener = new HttpListener(host, port, (request, response) => void handler.handle(request, response));
  const faults = new Faults(store, watches, { stop: () => listener.stop(), restart: () => listener.start() });
  const handler = new RequestHandler({
    log,
    faults,
    rules,
    registry,
    resources: new ResourceHandler(store, operations, watches, bookmarkIntervalMs),
  });
  await listener.start();
  return {
    url: listener.url,
    store: new StoreAccess(store, registry, operations),
    faults,
    requests: log,
    rules,
    close: () => listener.stop(),
    [Symbol.asyncDispose]: () => listener.stop(),
  };
}
