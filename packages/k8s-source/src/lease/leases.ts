import type { KubernetesClient } from "../client/kubernetes-client.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { SourceEvent } from "../source-event.ts";
import { createResourceTransport } from "../watch/resource-transport.ts";
import { ResourceWatch } from "../watch/resource-watch.ts";
import { type LeaseContent, type LeaseObject, projectLease } from "./lease-object.ts";

/** Settings of {@link Leases}. */
export interface LeasesOptions {
  readonly client: KubernetesClient;
  readonly namespace: string;

  /** Which Leases of the namespace: `group=value`. */
  readonly labelSelector: string;

  /** Called for what happens to the watch. Must not throw. Default: no listener. */
  readonly onEvent?: (event: SourceEvent) => void;

  /** Default: the machine's. */
  readonly clock?: Clock;

  /** As `Math.random`, the default. */
  readonly random?: () => number;
}

/** Leases are renewed every few seconds: where nothing is heard for so long, the connection hangs. */
const SILENCE_MS = 20_000;

/**
 * The Leases of one group in one namespace.
 *
 * @see {@link https://kubernetes.io/docs/concepts/architecture/leases/}
 */
export class Leases {
  readonly #options: LeasesOptions;
  readonly #path: string;

  constructor(options: LeasesOptions) {
    this.#options = options;
    this.#path = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(options.namespace)}/leases`;
  }

  /**
   * Follows all Leases until the signal fires. Never rejects.
   *
   * @param onLeases - called with all of them as they were at one moment, by name; the same map each time
   */
  async watch(onLeases: (leases: ReadonlyMap<string, LeaseObject>) => void, signal: AbortSignal): Promise<void> {
    const { client, labelSelector, onEvent = () => {}, clock = systemClock, random = Math.random } = this.#options;
    const watch = new ResourceWatch<LeaseObject>({
      resource: "leases",
      transport: createResourceTransport(client, this.#path, { labelSelector }),
      project: (object) => {
        const lease = projectLease(object);
        return { key: lease.name, value: lease };
      },
      keyOf: (object) => (object as { readonly metadata?: { readonly name?: string } } | undefined)?.metadata?.name,
      silenceMs: SILENCE_MS,
      clock,
      random,
      onChange: () => onLeases(watch.objects),
      onEvent,
    });
    await watch.run(signal);
  }

  /** @throws {KubernetesApiError} with status 409 if there is one of that name */
  async create(name: string, content: LeaseContent, signal: AbortSignal): Promise<LeaseObject> {
    const { namespace } = this.#options;
    const { labels, annotations, ...spec } = content;
    const now = microTime();
    const answer = await this.#options.client.request({
      method: "POST",
      path: this.#path,
      body: {
        apiVersion: "coordination.k8s.io/v1",
        kind: "Lease",
        metadata: { name, namespace, labels, annotations },
        spec: { ...spec, acquireTime: now, renewTime: now },
      },
      signal,
    });
    return projectLease(answer);
  }

  /**
   * Writes what is given, and that it was renewed; the rest stays.
   *
   * @param version - only while it is in this one. Default: whichever it is in
   * @throws {KubernetesApiError} with status 409 if it is in another version, with 404 if it is not there
   */
  async renew(
    name: string,
    { annotations, labels, ...spec }: Partial<LeaseContent>,
    version: string | undefined,
    signal: AbortSignal,
  ): Promise<LeaseObject> {
    const now = microTime();
    const metadata = {
      ...(version !== undefined && { resourceVersion: version }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    };
    const isNewHolder = spec.holderIdentity !== undefined;
    const answer = await this.#options.client.request({
      method: "PATCH",
      path: `${this.#path}/${encodeURIComponent(name)}`,
      contentType: "application/merge-patch+json",
      body: { metadata, spec: { ...spec, renewTime: now, ...(isNewHolder && { acquireTime: now }) } },
      signal,
    });
    return projectLease(answer);
  }

  /**
   * @param version - only while it is in this one. Default: whichever it is in
   * @throws {KubernetesApiError} with status 409 if it is in another version, with 404 if it is not there
   */
  async remove(name: string, version: string | undefined, signal: AbortSignal): Promise<void> {
    await this.#options.client.request({
      method: "DELETE",
      path: `${this.#path}/${encodeURIComponent(name)}`,
      ...(version !== undefined && { body: { preconditions: { resourceVersion: version } } }),
      signal,
    });
  }
}

/** Now, as `MicroTime` is written. */
function microTime(): string {
  return new Date().toISOString().replace("Z", "000Z");
}
