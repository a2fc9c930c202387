import type { ChangeEvent } from "../api/index.ts";

/** What {@link listen} reports. */
export interface LiveListener {
  /** These changed; `undefined`: more than is remembered. */
  onChange(objects: readonly string[] | undefined): void;
  onConnection(isConnected: boolean): void;
}

const RETRY_MS = 5_000;
const CLOSED = 2;

/** Hears which volumes change, and connects again for ever. */
export function listen(listener: LiveListener): void {
  const source = new EventSource("api/v1/events");
  source.addEventListener("open", () => listener.onConnection(true));
  source.addEventListener("error", () => {
    listener.onConnection(false);
    // The browser connects again by itself unless it was refused, as where too many listen.
    if (source.readyState === CLOSED) window.setTimeout(() => listen(listener), RETRY_MS);
  });
  source.addEventListener("reset", () => listener.onChange(undefined));
  source.addEventListener("changed", ({ data }: MessageEvent<string>) => {
    listener.onChange((JSON.parse(data) as ChangeEvent).volumes);
  });
}
