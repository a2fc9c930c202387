import { diskKey, type SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { DetailEvent } from "@k8s-snapshots/status-page/api";
import { eventsOf } from "../reports/rule-events.ts";

/** So many are remembered, of all disks together, and shown of one. */
const MOST_REMEMBERED = 2_000;
const MOST_SHOWN = 20;

/** The last things that happened to disks, as the Events on their objects say them. */
export class RecentEvents {
  readonly #events: { readonly disk: string; readonly event: DetailEvent }[] = [];

  /** What the scheduler does. */
  onSchedulerEvent(event: SchedulerEvent): void {
    if (!("disk" in event)) return;
    const disk = diskKey(event.backend, event.disk);
    const at = new Date().toISOString();
    for (const said of eventsOf(event)) this.#events.push({ disk, event: { at, ...said } });
    this.#events.splice(0, this.#events.length - MOST_REMEMBERED);
  }

  /** Of one disk, the newest first. */
  of(key: string): readonly DetailEvent[] {
    const own = this.#events.filter(({ disk }) => disk === key).map(({ event }) => event);
    return own.slice(-MOST_SHOWN).reverse();
  }
}
