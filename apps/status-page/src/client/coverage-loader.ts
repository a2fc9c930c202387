import type { CoverageDocument } from "../api/index.ts";
import { isWhole, movesVolumes } from "../model/page-state.ts";
import type { PageContext } from "../view/page-context.ts";
import { DaemonError, fetchCoverage, fetchFirst, fetchSome, fitting } from "./daemon-api.ts";

/** What {@link CoverageLoader} reports. */
export interface LoaderListener {
  onAnswer(): void;

  /** @param why - in the daemon's words; `undefined`: it did not answer */
  onFailure(why: string | undefined): void;
}

const RETRY_MS = 2_000;

/** The whole is large: it is not asked for more often than this. */
const PAUSE_MS = 5_000;
const MOST_AT_ONCE = 60;

/** Keeps the coverage of the page as the daemon has it: asks for what changed, and for the whole where that moves volumes. */
export class CoverageLoader {
  readonly #store: PageContext["store"];
  readonly #clock: PageContext["clock"];
  readonly #listener: LoaderListener;
  readonly #changed = new Set<string>();
  #wantsAll = true;
  #isAsking = false;
  #lastWhole = Number.NEGATIVE_INFINITY;
  #timer: number | undefined;

  constructor({ store, clock }: Pick<PageContext, "store" | "clock">, listener: LoaderListener) {
    this.#store = store;
    this.#clock = clock;
    this.#listener = listener;
  }

  /** Asks for the first volumes, and for all where there are more. */
  async loadFirst(): Promise<void> {
    this.#isAsking = true;
    try {
      this.#take(await fetchFirst());
      // What is there is painted before the rest costs time.
      await new Promise((resolve) => requestAnimationFrame(() => window.setTimeout(resolve)));
    } catch {
      // The next question finds out why.
    }
    this.#isAsking = false;
    if (this.#wantsAll || this.#changed.size > 0) this.#askIn(0);
  }

  /** Asks for all of it. */
  loadAll(): void {
    this.#wantsAll = true;
    this.#askIn(0);
  }

  /** These changed; `undefined`: more than the daemon remembers. */
  onChange(objects: readonly string[] | undefined): void {
    if (objects === undefined || objects.length > MOST_AT_ONCE) this.#wantsAll = true;
    else for (const object of objects) this.#changed.add(object);
    this.#askIn(0);
  }

  #askIn(pause: number): void {
    this.#timer ??= window.setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, pause);
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    let pause = 0;
    try {
      if (this.#wantsAll) {
        const left = this.#lastWhole + PAUSE_MS - performance.now();
        if (left > 0) pause = left;
        else await this.#askAll();
      } else if (this.#changed.size > 0) await this.#askSome();
    } catch (error) {
      pause = RETRY_MS;
      this.#wantsAll = true;
      this.#lastWhole = Number.NEGATIVE_INFINITY;
      this.#listener.onFailure(error instanceof DaemonError ? error.message : undefined);
    } finally {
      this.#isAsking = false;
    }
    if (this.#wantsAll || this.#changed.size > 0) this.#askIn(pause);
  }

  async #askAll(): Promise<void> {
    this.#take(await fetchCoverage());
  }

  #take(coverage: CoverageDocument): void {
    this.#wantsAll = !isWhole(coverage);
    if (!this.#wantsAll) {
      this.#changed.clear();
      this.#lastWhole = performance.now();
    }
    this.#clock.set(Date.parse(coverage.now));
    this.#store.dispatch({ type: "loaded", coverage });
    this.#listener.onAnswer();
  }

  async #askSome(): Promise<void> {
    const objects = fitting([...this.#changed], MOST_AT_ONCE);
    const part = await fetchSome(objects);
    for (const object of objects) this.#changed.delete(object);
    this.#clock.set(Date.parse(part.now));
    const { coverage } = this.#store.state;
    if (coverage !== undefined && movesVolumes(coverage, objects, part)) this.#wantsAll = true;
    else this.#store.dispatch({ type: "patched", asked: objects, part });
    this.#listener.onAnswer();
  }
}
