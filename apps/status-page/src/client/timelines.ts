import type { Timeline } from "../api/index.ts";
import { fetchTimelines, fitting } from "./daemon-api.ts";

/** What is known of a volume's timeline. `undefined`: it was asked for, and there is none. */
interface Known {
  readonly timeline: Timeline | undefined;
}

const MOST_AT_ONCE = 60;
const MOST_KEPT = 2_000;
const PAUSE_MS = 30;
const RETRY_MS = 3_000;

/** The timelines of the rows that are looked at: asked for together, kept, and asked for again once they change. */
export class Timelines {
  readonly #known = new Map<string, Known>();
  readonly #stale = new Set<string>();
  readonly #wanted: () => readonly string[];
  readonly #onArrival: (objects: ReadonlySet<string>) => void;
  #timer: number | undefined;
  #isAsking = false;

  /**
   * @param wanted - whose rows are on the screen
   * @param onArrival - called with those that are there now
   */
  constructor(wanted: () => readonly string[], onArrival: (objects: ReadonlySet<string>) => void) {
    this.#wanted = wanted;
    this.#onArrival = onArrival;
  }

  /** What is known; it is asked for if that is nothing. */
  of(object: string): Timeline | undefined {
    const known = this.#known.get(object);
    if (known === undefined) this.askSoon();
    return known?.timeline;
  }

  /** They changed; what is known of them is shown until the new is there. `undefined`: all did. */
  forget(objects: readonly string[] | undefined): void {
    for (const object of objects ?? this.#known.keys()) if (this.#known.has(object)) this.#stale.add(object);
    if (this.#stale.size > 0) this.askSoon();
  }

  /** Asks for what is on the screen and not known. */
  askSoon(pause = this.#known.size === 0 ? 0 : PAUSE_MS): void {
    this.#timer ??= window.setTimeout(() => void this.#ask(), pause);
  }

  async #ask(): Promise<void> {
    this.#timer = undefined;
    if (this.#isAsking) return;
    const missing = this.#wanted().filter((object) => !this.#known.has(object) || this.#stale.has(object));
    const objects = fitting(missing, MOST_AT_ONCE);
    if (objects.length === 0) return;
    this.#isAsking = true;
    let pause = PAUSE_MS;
    try {
      for (const object of objects) this.#stale.delete(object);
      const { timelines } = await fetchTimelines(objects);
      if (this.#known.size > MOST_KEPT) this.#known.clear();
      for (const object of objects) this.#known.set(object, { timeline: timelines[object] });
      this.#onArrival(new Set(objects));
    } catch {
      // The connection says so elsewhere.
      pause = RETRY_MS;
      for (const object of objects) if (this.#known.has(object)) this.#stale.add(object);
    } finally {
      this.#isAsking = false;
    }
    this.askSoon(pause);
  }
}
