import type { Logger } from "pino";
import { errorFields } from "../observability/error-fields.ts";

/** Hands events to listeners. What one of them throws is logged and counted, and keeps no other from hearing the event. */
export class EventBus<Event extends { readonly type: string }> {
  readonly #listeners = new Map<string, (event: Event) => void>();
  readonly #logger: Logger;
  readonly #onFailure: (listener: string) => void;

  /** @param onFailure - called with the name of a listener that threw */
  constructor(logger: Logger, onFailure: (listener: string) => void) {
    this.#logger = logger;
    this.#onFailure = onFailure;
  }

  /**
   * @param name - for the log and the metric
   * @returns how to call it off
   */
  on(name: string, listener: (event: Event) => void): Disposable {
    this.#listeners.set(name, listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(name) };
  }

  readonly emit = (event: Event): void => {
    for (const [name, listener] of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#failed(name, event, error);
      }
    }
  };

  #failed(listener: string, { type }: Event, error: unknown): void {
    this.#onFailure(listener);
    this.#logger.error(
      { event: "listener.failed", listener, type, ...errorFields(error) },
      `the listener ${listener} failed on ${type}: report it`,
    );
  }
}
