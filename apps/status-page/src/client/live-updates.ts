import type { ChangeEvent } from "../api/index.ts";

/** What {@link listen} reports. */
export interface LiveListener {
  /** These changed; `undefined`: more than is remembered. */
  onChange(objects: readonly string[] | undefined): void;

  /** @param silentMs - for how long nothing was heard, in milliseconds, where it is lost */
  onConnection(isConnected: boolean, silentMs?: number): void;
}

const RETRY_MS = 5_000;
const CLOSED = 2;

/** The daemon says each 20 seconds that it is there. What is between here and there may be gone without a word. */
const LONGEST_SILENCE_MS = 60_000;

/** Hears which volumes change, and connects again for ever. */
export function listen(listener: LiveListener): void {
  const source = new EventSource("api/v1/events");
  let watchdog: number | undefined;
  const heard = (): void => {
    window.clearTimeout(watchdog);
    watchdog = window.setTimeout(() => {
      source.close();
      listener.onConnection(false, LONGEST_SILENCE_MS);
      listen(listener);
    }, LONGEST_SILENCE_MS);
  };
  source.addEventListener("open", () => {
    heard();
    listener.onConnection(true);
  });
  source.addEventListener("error", () => {
    window.clearTimeout(watchdog);
    listener.onConnection(false);
    // The browser connects again by itself unless it was refused, as where too many listen.
    if (source.readyState === CLOSED) window.setTimeout(() => listen(listener), RETRY_MS);
  });
  for (const event of ["hello", "alive", "reset", "changed"]) source.addEventListener(event, heard);
  source.addEventListener("reset", () => listener.onChange(undefined));
  source.addEventListener("changed", ({ data }: MessageEvent<string>) => {
    listener.onChange((JSON.parse(data) as ChangeEvent).volumes);
  });
}
