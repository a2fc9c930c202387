import type { SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { type LiveCoverageOptions, liveSources } from "../coverage/live-coverage.ts";
import type { Settings } from "../settings/settings.ts";
import { ChangeFeed } from "./change-feed.ts";
import { ChangeWatch } from "./change-watch.ts";
import { CoverageBoard } from "./coverage-board.ts";
import { PageApi, type PageApiOptions } from "./page-api.ts";
import { RecentEvents } from "./recent-events.ts";
import { startPage } from "./start-page.ts";

/** What the page needs of a daemon. */
export interface OpenPageOptions extends Pick<PageApiOptions, "scheduler" | "cluster"> {
  readonly settings: Pick<Settings, "pageListen" | "pageNamespaces">;
  readonly live: LiveCoverageOptions;
  readonly logger: Logger;
}

/** A page that is served. Disposing of it ends its connections too. */
export interface OpenPage extends AsyncDisposable {
  /** `undefined` while it cannot be listened on. */
  readonly port: number | undefined;

  /** What the scheduler does. */
  onSchedulerEvent(event: SchedulerEvent): void;
}

/** Serves the status page with all that stands behind it; `undefined` where it is turned off. */
export async function openPage({
  settings,
  live,
  scheduler,
  cluster,
  logger,
}: OpenPageOptions): Promise<OpenPage | undefined> {
  const { pageListen, pageNamespaces: namespaces } = settings;
  if (pageListen === undefined) return undefined;
  await using opened = new AsyncDisposableStack();
  const changes = opened.use(new ChangeFeed());
  const onChange = (objects: readonly string[]): void => changes.publish(objects);
  const board = new CoverageBoard({ sources: () => liveSources(live), namespaces, onChange });
  opened.use(new ChangeWatch(board, changes, logger));
  const recent = new RecentEvents();
  const capacityOf = (volume: string): string | undefined =>
    live.source.objects?.volumes.get(volume)?.spec.capacity?.["storage"];
  const api = new PageApi({ board, scheduler, recent, capacityOf, cluster });
  const page = opened.use(await startPage(pageListen, { api, changes }, logger));
  const all = opened.move();
  return {
    get port() {
      return page.port;
    },
    onSchedulerEvent(event) {
      board.onSchedulerEvent(event);
      recent.onSchedulerEvent(event);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
