import type { RequestListener } from "node:http";
import type { SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { type LiveCoverageOptions, liveSources } from "../coverage/live-coverage.ts";
import { ChangeFeed } from "./change-feed.ts";
import { ChangeWatch } from "./change-watch.ts";
import { CoverageBoard } from "./coverage-board.ts";
import { PageApi, type PageApiOptions } from "./page-api.ts";
import { readPageFiles } from "./page-files.ts";
import { createPageAnswer, type PageRoutesOptions } from "./page-routes.ts";

/** What a page is built of. */
export interface BuildPageOptions
  extends Pick<PageApiOptions, "scheduler" | "cluster" | "recent">,
    Pick<PageRoutesOptions, "onError"> {
  readonly live: LiveCoverageOptions;

  /** Called before each look. */
  readonly refresh: () => Promise<void>;

  /** Whose claims are shown. Default: all, and the volumes that no claim has. */
  readonly namespaces?: readonly string[] | undefined;
  readonly logger: Logger;
}

/** What answers for the page. Disposing of it ends what watches for changes. */
export interface BuiltPage extends Disposable {
  readonly answer: RequestListener;

  /** What the scheduler does. */
  onSchedulerEvent(event: SchedulerEvent): void;
}

/** Puts together what answers for the page: files, API and changes, on one board. */
export function buildPage(options: BuildPageOptions): BuiltPage {
  const { live, refresh, namespaces, scheduler, cluster, recent, logger, onError } = options;
  const changes = new ChangeFeed();
  const onChange = (objects: readonly string[]): void => changes.publish(objects);
  const sources = async (): Promise<ReturnType<typeof liveSources>> => {
    await refresh();
    return liveSources(live);
  };
  const board = new CoverageBoard({ sources, namespaces, onChange });
  const watch = new ChangeWatch(board, changes, logger);
  const capacityOf = (volume: string): string | undefined =>
    live.source.objects?.volumes.get(volume)?.spec.capacity?.["storage"];
  const api = new PageApi({ board, scheduler, recent, capacityOf, cluster });
  let reading: ReturnType<typeof readPageFiles> | undefined;
  const files = (): ReturnType<typeof readPageFiles> => (reading ??= readPageFiles());
  return {
    answer: createPageAnswer({ files, api, changes, onError }),
    onSchedulerEvent: (event) => board.onSchedulerEvent(event),
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      changes[Symbol.dispose]();
    },
  };
}
