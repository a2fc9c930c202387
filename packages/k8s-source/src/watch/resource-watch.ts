import { isGone, isNotFound, KubernetesApiError, MalformedAnswerError } from "../client/kubernetes-error.ts";
import { type Clock, pause } from "../clock.ts";
import type { SourceEvent } from "../source-event.ts";
import { Backoff } from "./backoff.ts";
import { ObjectCache } from "./object-cache.ts";
import { PageSize } from "./page-size.ts";
import type { ResourceTransport, WatchEvent, WatchRequest } from "./resource-transport.ts";

/** What to watch, and how. */
export interface ResourceWatchOptions<T> {
  /** `persistentvolumes`; for events and health. */
  readonly resource: string;
  readonly transport: ResourceTransport;
  /** What to keep of an object, and under which key. Throws if the object is none. */
  readonly project: (object: unknown) => { readonly key: string; readonly value: T };
  /** The key of an object that cannot be projected; `undefined` if not even that can be read of it. */
  readonly keyOf: (object: unknown) => string | undefined;
  /** The API server may know no such resource; it then counts as listed, with nothing in it. Default: false. */
  readonly optional?: boolean;
  /** How long nothing may be heard before the connection counts as one that hangs. Default: two bookmarks, 150,000. */
  readonly silenceMs?: number;
  readonly clock: Clock;
  /** As `Math.random`. */
  readonly random: () => number;
  /** Called with the keys of the objects that came, changed or went, and once the resource was listed for the first time. */
  readonly onChange: (keys: readonly string[], by: "list" | "watch") => void;
  /** Must not throw. */
  readonly onEvent: (event: SourceEvent) => void;
}

/** How a watch is doing. */
export interface ResourceHealth {
  readonly resource: string;
  /** Whether the resource was listed whole at least once, or is known to be absent. */
  readonly synced: boolean;
  /** Whether the API server knows no such resource. */
  readonly absent: boolean;
  /** When the API server last said something of it, in milliseconds since 1970. */
  readonly lastContact: number | undefined;
  /** Whether that is recent enough for what is known to be believed. */
  readonly fresh: boolean;
}

const ABSENT_RETRY_MS = 60_000;
/** The API server closes a watch after this; reconnecting costs one request. */
const WATCH_TIMEOUT_SECONDS = 290;
/** API servers send a bookmark about once a minute. Two of them missing is a connection that hangs. */
const SILENCE_MS = 150_000;
/** In a list that comes as a watch; without its end by then, the API server took it for a watch of another kind. */
const LIST_SILENCE_MS = 10_000;
/** A watch that ended without an event, sooner than this, did not work. */
const SHORT_LIVED_MS = 10_000;
/** One silence, and then reconnecting in vain for as long again. */
const FRESH_MS = 2 * SILENCE_MS;

/**
 * Keeps a copy of all objects of a resource: lists them, then follows their changes, for as long as it runs. The list comes as
 * the beginning of the watch where the API server serves that, so that no answer is large; else in pages. It lists again only
 * if changes were lost; a watch that ends is taken up where it ended. Whatever fails is tried again, for ever, and what is
 * known stays known meanwhile.
 *
 * @see {@link https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes}
 */
export class ResourceWatch<T> {
  readonly #options: ResourceWatchOptions<T>;
  readonly #backoff: Backoff;
  readonly #cache: ObjectCache<T> = new ObjectCache();
  readonly #pageSize = new PageSize();
  /** Where to take the watch up; `undefined` if the resource has to be listed. */
  #resourceVersion: string | undefined;
  #synced = false;
  #absent = false;
  #lastContact: number | undefined;
  /** A watch that was too old was followed by a list at once, and no watch has worked since. */
  #hasListedAtOnce = false;
  /** Whether to ask for lists as the beginning of a watch. */
  #asksForStream: boolean;

  constructor(options: ResourceWatchOptions<T>) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
    this.#asksForStream = options.transport.watchList !== undefined;
  }

  /** By key. The values stay the same for as long as nothing in them changes. */
  get objects(): ReadonlyMap<string, T> {
    return this.#cache.objects;
  }

  health(): ResourceHealth {
    const lastContact = this.#lastContact;
    const fresh = lastContact !== undefined && this.#options.clock.now() - lastContact <= FRESH_MS;
    return { resource: this.#options.resource, synced: this.#synced, absent: this.#absent, lastContact, fresh };
  }

  /** Resolves when the signal fires, and not before. Never rejects. Call it once. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion !== undefined) await this.#watch(signal);
        else if (this.#asksForStream) await this.#listAndWatch(signal);
        else await this.#list(signal);
      } catch (error) {
        if (signal.aborted) return;
        // A watch that began with the list is one like any other once that is whole.
        const operation = this.#resourceVersion === undefined ? "list" : "watch";
        if (operation === "list" && this.#asksForStream && isStreamRefused(error)) {
          this.#asksForStream = false;
          continue;
        }
        await pause(this.#options.clock, this.#delayAfter(error, operation), signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { transport, resource } = this.#options;
    const listed = new Map<string, T>();
    let pages = 0;
    let continueToken: string | undefined;
    let resourceVersion: string;
    do {
      const { limit } = this.#pageSize;
      const page = await transport.list({ limit, signal, ...(continueToken !== undefined && { continueToken }) });
      this.#heard();
      this.#pageSize.answered(page.items.length, page.size);
      for (const item of page.items) this.#takeListed(item, listed);
      ({ continueToken, resourceVersion } = page);
      pages += 1;
    } while (continueToken !== undefined);

    this.#resourceVersion = resourceVersion;
    this.#absent = false;
    this.#options.onEvent({ type: "resource-listed", resource, objects: listed.size, pages });
    this.#replace(listed);
  }

  /** Returns when the API server closed the watch in good order. Before its list has ended, nothing of it counts. */
  async #listAndWatch(signal: AbortSignal): Promise<void> {
    const { transport, resource } = this.#options;
    const listed = new Map<string, T>();
    let isWhole = false;
    await this.#follow(signal, {
      open: (request) => (transport.watchList as NonNullable<ResourceTransport["watchList"]>)(request),
      silenceMs: () => (isWhole ? SILENCE_MS : LIST_SILENCE_MS),
      take: (event) => {
        if (isWhole) return this.#apply(event);
        if (event.type === "ADDED") return this.#takeListed(event.object, listed);
        if (event.endsList !== true) throw new IncompleteListError();
        isWhole = true;
        this.#resourceVersion = event.resourceVersion;
        this.#absent = false;
        this.#options.onEvent({ type: "resource-listed", resource, objects: listed.size, pages: 0 });
        this.#replace(listed);
      },
    });
    if (!isWhole && !signal.aborted) throw new IncompleteListError();
  }

  /** One that cannot be understood stays as it was last known: it has not gone. */
  #takeListed(item: unknown, listed: Map<string, T>): void {
    const isTaken = this.#project(item, ({ key, value }) => listed.set(key, this.#cache.known(key, value)));
    const key = isTaken ? undefined : this.#options.keyOf(item);
    const known = key === undefined ? undefined : this.#cache.objects.get(key);
    if (key !== undefined && known !== undefined) listed.set(key, known);
  }

  /** Returns when the API server closed the watch in good order. */
  async #watch(signal: AbortSignal): Promise<void> {
    const { transport, silenceMs = SILENCE_MS } = this.#options;
    const resourceVersion = this.#resourceVersion as string;
    await this.#follow(signal, {
      open: (request) => transport.watch({ ...request, resourceVersion }),
      silenceMs: () => silenceMs,
      take: (event) => this.#apply(event),
    });
  }

  async #follow(signal: AbortSignal, { open, silenceMs, take }: Following): Promise<void> {
    const { clock, resource } = this.#options;
    const attempt = new AbortController();
    const startedAt = clock.now();
    let heardAny = false;
    let cancelSilence = () => {};
    const restartSilence = () => {
      cancelSilence();
      cancelSilence = clock.schedule(silenceMs(), () => attempt.abort(new SilentWatchError()));
    };
    try {
      restartSilence();
      const watching = AbortSignal.any([signal, attempt.signal]);
      const events = await open({ timeoutSeconds: WATCH_TIMEOUT_SECONDS, signal: watching });
      this.#heard();
      for await (const event of events) {
        this.#heard();
        heardAny = true;
        this.#backoff.reset();
        this.#hasListedAtOnce = false;
        take(event);
        restartSilence();
      }
    } catch (error) {
      if (signal.aborted || !attempt.signal.aborted) throw error;
      this.#options.onEvent({ type: "watch-stale", resource, silentMs: silenceMs() });
      return;
    } finally {
      cancelSilence();
    }
    if (signal.aborted) return;
    if (!heardAny && clock.now() - startedAt < SHORT_LIVED_MS) {
      throw new Error("the watch was closed as soon as it began");
    }
    this.#backoff.reset();
    this.#options.onEvent({ type: "watch-closed", resource });
  }

  /** How long to wait before the next attempt. */
  #delayAfter(error: unknown, operation: "list" | "watch"): number {
    const { resource, optional } = this.#options;
    if (optional && isNotFound(error)) return this.#markAbsent();
    // A lost event is lost for good: only a list tells what it said.
    if (isGone(error) || isNotFound(error) || error instanceof MalformedAnswerError) this.#resourceVersion = undefined;
    const askedMs = error instanceof KubernetesApiError ? error.retryAfterMs : undefined;
    const isAtOnce = operation === "watch" && isGone(error) && !this.#hasListedAtOnce;
    this.#hasListedAtOnce ||= isAtOnce;
    const retryInMs = isAtOnce ? 0 : this.#backoff.next(askedMs);
    this.#options.onEvent({ type: "request-failed", resource, operation, error, retryInMs });
    return retryInMs;
  }

  #markAbsent(): number {
    const { resource } = this.#options;
    this.#heard();
    this.#resourceVersion = undefined;
    this.#absent = true;
    this.#options.onEvent({ type: "resource-absent", resource, retryInMs: ABSENT_RETRY_MS });
    this.#replace(new Map());
    return ABSENT_RETRY_MS;
  }

  #replace(objects: Map<string, T>): void {
    const changed = this.#cache.replace(objects);
    const isFirst = !this.#synced;
    this.#synced = true;
    if (isFirst || changed.length > 0) this.#changed(changed, "list");
  }

  #apply({ type, object, resourceVersion }: WatchEvent): void {
    if (type !== "BOOKMARK") {
      this.#project(object, ({ key, value }) => {
        const changed = type === "DELETED" ? this.#cache.delete(key) : this.#cache.put(key, value);
        if (changed) this.#changed([key], "watch");
      });
    }
    this.#resourceVersion = resourceVersion;
  }

  /** @returns whether the object could be understood */
  #project(object: unknown, use: (projected: { readonly key: string; readonly value: T }) => void): boolean {
    let projected: { readonly key: string; readonly value: T };
    try {
      projected = this.#options.project(object);
    } catch (error) {
      this.#options.onEvent({ type: "object-malformed", resource: this.#options.resource, error });
      return false;
    }
    use(projected);
    return true;
  }

  #heard(): void {
    this.#lastContact = this.#options.clock.now();
  }

  #changed(keys: readonly string[], by: "list" | "watch"): void {
    try {
      this.#options.onChange(keys, by);
    } catch (error) {
      this.#options.onEvent({ type: "listener-failed", error });
    }
  }
}

/** How a watch is opened, and what becomes of its events. */
interface Following {
  readonly open: (request: Omit<WatchRequest, "resourceVersion">) => Promise<AsyncIterable<WatchEvent>>;
  /** After so long without an event the connection counts as one that hangs. */
  readonly silenceMs: () => number;
  readonly take: (event: WatchEvent) => void;
}

class SilentWatchError extends Error {}

/** A watch that was to begin with a list ended, or went on, without the list's end. */
class IncompleteListError extends Error {
  override readonly message = "the list ended before it was whole";
}

/**
 * Whether to list in pages from now on. A server without the feature says 422, one in front of it may say anything of this
 * kind; whatever also holds for lists in pages is said again by those.
 */
function isStreamRefused(error: unknown): boolean {
  if (error instanceof IncompleteListError) return true;
  return error instanceof KubernetesApiError && [400, 403, 405, 406, 415, 422].includes(error.status);
}
