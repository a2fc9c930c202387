import type {
  ListRequest,
  ResourcePage,
  ResourceTransport,
  WatchEvent,
  WatchRequest,
} from "../src/watch/resource-transport.ts";

/** An object as the tests of the watch use it. */
export interface Item {
  readonly name: string;
  readonly value?: string;
}

/** Answers lists and watches as a test says, and remembers what it was asked. */
export class ScriptedTransport implements ResourceTransport {
  /** `list`, `list after TOKEN`, `watch VERSION`, in order. */
  readonly requests: string[] = [];

  /** What the next lists answer; then {@link page}. */
  readonly lists: (ResourcePage | Error)[] = [];

  /** What the next watches answer at once; then they open. */
  readonly watchErrors: Error[] = [];

  /** What a list answers unless told otherwise. */
  page: ResourcePage = { resourceVersion: "1", items: [] };

  watchList?: NonNullable<ResourceTransport["watchList"]>;

  #open: OpenWatch | undefined;

  async list({ continueToken }: ListRequest): Promise<ResourcePage> {
    this.requests.push(continueToken === undefined ? "list" : `list after ${continueToken}`);
    const answer = this.lists.shift() ?? this.page;
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async watch({ resourceVersion, signal }: WatchRequest): Promise<AsyncIterable<WatchEvent>> {
    this.requests.push(`watch ${resourceVersion}`);
    const error = this.watchErrors.shift();
    if (error !== undefined) throw error;
    this.#open = new OpenWatch(signal);
    return this.#open.events();
  }

  /** As {@link ResourceTransport.watchList}: to be set as that, where it is served. */
  readonly streamed = async ({ signal }: Omit<WatchRequest, "resourceVersion">): Promise<AsyncIterable<WatchEvent>> => {
    this.requests.push("watch from the list");
    const error = this.watchErrors.shift();
    if (error !== undefined) throw error;
    this.#open = new OpenWatch(signal);
    return this.#open.events();
  };

  /** Whether a watch is open. */
  get watching(): boolean {
    return this.#open !== undefined && !this.#open.ended;
  }

  /** Sends an event to the open watch. */
  send(type: WatchEvent["type"], object: Item | undefined, resourceVersion: string, endsList = false): void {
    this.#opened().queue.push({ type, object, resourceVersion, ...(endsList && { endsList }) });
    this.#opened().wake();
  }

  /** Ends the open watch, in good order or with an error. */
  end(error?: Error): void {
    this.#opened().queue.push(error ?? "end");
    this.#opened().wake();
  }

  #opened(): OpenWatch {
    if (this.#open === undefined || this.#open.ended) throw new Error("no watch is open");
    return this.#open;
  }
}

class OpenWatch {
  readonly queue: (WatchEvent | Error | "end")[] = [];
  ended = false;
  wake: () => void = () => {};
  readonly #signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.wake());
  }

  async *events(): AsyncGenerator<WatchEvent> {
    try {
      while (true) {
        this.#signal.throwIfAborted();
        const next = this.queue.shift();
        if (next === "end") return;
        if (next instanceof Error) throw next;
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (this.wake = resolve));
      }
    } finally {
      this.ended = true;
    }
  }
}
