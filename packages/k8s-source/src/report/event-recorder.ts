import { createHash } from "node:crypto";
import type { KubernetesClient } from "../client/kubernetes-client.ts";
import { KubernetesApiError } from "../client/kubernetes-error.ts";
import type { Clock } from "../clock.ts";
import type { ObjectIdentity } from "../watch/kubernetes-objects.ts";
import type { WriteQueue } from "./write-queue.ts";

/** Something that happened to an object, as `kubectl describe` shows it. */
export interface ObjectEvent {
  readonly type: "Normal" | "Warning";

  /** Why, in one word in upper camel case: `SnapshotCreated`. */
  readonly reason: string;

  /** For people. Cut to 1,024 bytes. */
  readonly message: string;
}

/** What {@link EventRecorder} needs. */
export interface EventRecorderOptions {
  readonly client: Pick<KubernetesClient, "request">;
  readonly queue: WriteQueue;
  readonly clock: Clock;
}

interface Series {
  readonly about: ObjectIdentity;
  readonly first: number;
  last: number;
  count: number;
  event: ObjectEvent;
  /** Written by this process. An earlier one may have left an Event of the same name. */
  isWritten: boolean;
  writtenAt: number;
}

/** Repeats are written no more often than this. */
const FOLD_MS = 5 * 60_000;

/** How long an API server keeps an Event after it was last written; its default. */
const KEPT_MS = 60 * 60_000;

const COMPONENT = "k8s-snapshots";
const MAX_MESSAGE = 1024;

/**
 * Writes Events: one object for each reason of each object, with a count. The first occurrence is written at once;
 * repeats are gathered, so that an object costs at most one write in five minutes for each reason.
 *
 * The Event of an object and a reason has always the same name: a daemon that is started again goes on with it.
 *
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/}
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #series: Map<string, Series> = new Map();

  constructor(options: EventRecorderOptions) {
    this.#options = options;
  }

  record(about: ObjectIdentity, event: ObjectEvent): void {
    const { clock, queue } = this.#options;
    const now = clock.now();
    this.#forgetOld(now);
    const name = eventName(about, event.reason);
    const series = this.#series.get(name) ?? {
      about,
      first: now,
      last: now,
      count: 0,
      event,
      isWritten: false,
      writtenAt: Number.NEGATIVE_INFINITY,
    };
    // The last one that was touched is at the end.
    this.#series.delete(name);
    this.#series.set(name, series);
    series.count += 1;
    series.last = now;
    series.event = event;
    queue.put(`event ${name}`, {
      write: (signal) => this.#write(name, series, signal),
      namespace: about.namespace,
      isUrgent: event.type === "Warning",
      notBefore: series.writtenAt + FOLD_MS,
    });
  }

  async #write(name: string, series: Series, signal: AbortSignal): Promise<boolean> {
    if (!series.isWritten) await this.#create(name, series, signal);
    else {
      await this.#update(name, series, signal).catch((error: unknown) => {
        if (!hasStatus(error, 404)) throw error;
        return this.#create(name, series, signal);
      });
    }
    series.isWritten = true;
    series.writtenAt = this.#options.clock.now();
    return true;
  }

  async #create(name: string, series: Series, signal: AbortSignal): Promise<void> {
    const { about, event } = series;
    const namespace = about.namespace ?? "default";
    const { creationTimestamp: _, generation: __, ...involvedObject } = about;
    const body = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace },
      involvedObject,
      reason: event.reason,
      type: event.type,
      source: { component: COMPONENT },
      reportingComponent: COMPONENT,
      firstTimestamp: timestamp(series.first),
      ...changing(series),
    };
    const path = `/api/v1/namespaces/${namespace}/events`;
    try {
      await this.#options.client.request({ method: "POST", path, body, signal });
    } catch (error) {
      if (!hasStatus(error, 409)) throw error;
      await this.#takeOver(name, series, signal);
    }
  }

  /** Goes on counting where an earlier process ended. A patch that changes nothing reads, without the right to. */
  async #takeOver(name: string, series: Series, signal: AbortSignal): Promise<void> {
    const stored = await this.#patch(name, series, {}, signal);
    const { count } = stored as { readonly count?: unknown };
    if (typeof count === "number") series.count += count;
    await this.#update(name, series, signal);
  }

  async #update(name: string, series: Series, signal: AbortSignal): Promise<void> {
    await this.#patch(name, series, { type: series.event.type, ...changing(series) }, signal);
  }

  #patch(name: string, { about }: Series, body: object, signal: AbortSignal): Promise<unknown> {
    const path = `/api/v1/namespaces/${about.namespace ?? "default"}/events/${name}`;
    const contentType = "application/merge-patch+json";
    return this.#options.client.request({ method: "PATCH", path, contentType, body, signal });
  }

  /** What the API server has forgotten too. */
  #forgetOld(now: number): void {
    for (const [name, { last }] of this.#series) {
      if (now - last <= KEPT_MS) return;
      if (!this.#options.queue.has(`event ${name}`)) this.#series.delete(name);
    }
  }
}

function changing({ event, count, last }: Series): object {
  return { message: cut(event.message), count, lastTimestamp: timestamp(last) };
}

/** At most 253 characters, of which the object's name may take most. */
function eventName({ uid, name }: ObjectIdentity, reason: string): string {
  const hash = createHash("sha256").update(`${uid} ${reason}`).digest("hex").slice(0, 16);
  return `${name.slice(0, 230).replace(/[^a-z0-9]+$/, "")}.${hash}`;
}

function timestamp(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function cut(message: string): string {
  const bytes = Buffer.from(message);
  return bytes.length <= MAX_MESSAGE ? message : `${bytes.subarray(0, MAX_MESSAGE - 6).toString("utf8")}…`;
}

function hasStatus(error: unknown, status: number): boolean {
  return error instanceof KubernetesApiError && error.status === status;
}
