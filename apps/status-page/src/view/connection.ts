import { dateInWords } from "../model/ages.ts";
import type { ServerClock } from "../model/server-clock.ts";
import { byId, setText } from "./element.ts";

/** Says whether what is shown is what is so. */
export class Connection {
  readonly #clock: ServerClock;
  #hasAnswered = false;

  /** Since when nothing is known. */
  #lostAt: number | undefined;

  constructor(clock: ServerClock) {
    this.#clock = clock;
    setInterval(() => this.#tick(), 15_000);
  }

  /** The daemon has answered. */
  answered(): void {
    this.#hasAnswered = true;
    this.#lostAt = undefined;
    this.#show(true, `live · ${this.#time()} UTC`);
  }

  /**
   * It does not.
   *
   * @param why - in its words, where it has some
   * @param silentMs - for how long it has been silent by now, in milliseconds. Default: until now it was not
   */
  lost(why?: string, silentMs = 0): void {
    const now = this.#clock.now();
    this.#lostAt ??= now - silentMs;
    const since = this.#hasAnswered ? ` since ${dateInWords(this.#lostAt, now)} UTC` : "";
    this.#show(false, why ?? `no answer${since}, trying again`);
  }

  get #isLive(): boolean {
    return !byId("live").classList.contains("off");
  }

  #tick(): void {
    if (this.#isLive) setText(byId("live"), `live · ${this.#time()} UTC`);
  }

  /** To the minute. */
  #time(): string {
    return new Date(this.#clock.now()).toISOString().slice(0, 16).replace("T", " ");
  }

  #show(isLive: boolean, words: string): void {
    const live = byId("live");
    live.className = isLive ? "live" : "live off";
    setText(live, words);
    const stale = byId("stale");
    stale.hidden = isLive || !this.#hasAnswered;
    if (stale.hidden) return;
    setText(stale, "Not connected: this is what was known then. The cluster goes on without this page.");
  }
}
