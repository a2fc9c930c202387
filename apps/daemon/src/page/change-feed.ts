import type { ChangeEvent } from "@k8s-snapshots/status-page/api";

/** Settings of a {@link ChangeFeed}; the defaults are what the daemon uses. */
export interface ChangeFeedOptions {
  /** Most who listen at once. Default: 64. */
  readonly mostListeners?: number;

  /** Most bytes that wait for one listener. Default: 64 KiB. */
  readonly mostWaiting?: number;

  /** So many changes are remembered for whoever comes back. Default: 1,000. */
  readonly mostRemembered?: number;
}

type Listener = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

/** Most objects that one event names; more are a reset. */
const MOST_NAMED = 200;

/**
 * Tells listeners which volumes changed, as server-sent events. Whoever reads more slowly than things change is let go, and
 * comes back with the id of the last event that it had.
 *
 * @see {@link https://html.spec.whatwg.org/multipage/server-sent-events.html}
 */
export class ChangeFeed implements Disposable {
  readonly #mostListeners: number;
  readonly #mostWaiting: number;
  readonly #mostRemembered: number;
  readonly #listeners = new Set<Listener>();
  readonly #remembered: { readonly number: number; readonly text: string }[] = [];

  /** Tells the events of this process from those of one before. */
  readonly #run = Math.floor(Math.random() * 2 ** 32).toString(36);
  #number = 0;

  constructor(options: ChangeFeedOptions = {}) {
    const { mostListeners = 64, mostWaiting = 64 * 1_024, mostRemembered = 1_000 } = options;
    this.#mostListeners = mostListeners;
    this.#mostWaiting = mostWaiting;
    this.#mostRemembered = mostRemembered;
  }

  /** How many listen. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /**
   * What a listener reads, beginning with what it has missed.
   *
   * @param lastId - of the last event that it had
   * @returns `undefined` if there are too many
   */
  listen(lastId?: string): ReadableStream<Uint8Array<ArrayBuffer>> | undefined {
    if (this.#listeners.size >= this.#mostListeners) return undefined;
    let own: Listener;
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start: (controller) => {
          own = controller;
          this.#listeners.add(controller);
          this.#send(controller, `retry: 3000\n\n${this.#missed(lastId)}`);
        },
        cancel: () => void this.#listeners.delete(own),
      },
      { highWaterMark: this.#mostWaiting, size: ({ byteLength }) => byteLength },
    );
  }

  /** These objects changed. */
  publish(volumes: readonly string[]): void {
    if (volumes.length === 0) return;
    const number = ++this.#number;
    const event: ChangeEvent = { volumes };
    const id = `id: ${this.#run}-${number}\n`;
    const text =
      volumes.length > MOST_NAMED
        ? `${id}event: reset\ndata: {}\n\n`
        : `${id}event: changed\ndata: ${JSON.stringify(event)}\n\n`;
    this.#remembered.push({ number, text });
    if (this.#remembered.length > this.#mostRemembered) this.#remembered.shift();
    this.#sendAll(text);
  }

  /** Shows listeners, and what is between here and there, that the connection lives. */
  beat(): void {
    this.#sendAll("event: alive\ndata: {}\n\n");
  }

  [Symbol.dispose](): void {
    for (const listener of this.#listeners) this.#letGo(listener);
  }

  #missed(lastId: string | undefined): string {
    const hello = `id: ${this.#run}-${this.#number}\nevent: hello\ndata: {}\n\n`;
    if (lastId === undefined) return hello;
    const [run, written] = lastId.split("-");
    const last = Number(written);
    const oldest = this.#remembered[0]?.number ?? this.#number + 1;
    const isKnown = run === this.#run && last <= this.#number && last >= oldest - 1;
    if (!isKnown) return hello.replace("event: hello", "event: reset");
    return this.#remembered
      .filter(({ number }) => number > last)
      .map(({ text }) => text)
      .join("");
  }

  #sendAll(text: string): void {
    for (const listener of this.#listeners) this.#send(listener, text);
  }

  #send(listener: Listener, text: string): void {
    const bytes = new TextEncoder().encode(text);
    if ((listener.desiredSize ?? 0) < bytes.byteLength) this.#letGo(listener);
    else listener.enqueue(bytes);
  }

  #letGo(listener: Listener): void {
    this.#listeners.delete(listener);
    try {
      listener.close();
    } catch {
      // It had gone by itself.
    }
  }
}
