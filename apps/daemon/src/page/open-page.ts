import type { RequestListener } from "node:http";
import type { SchedulerEvent } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { errorFields } from "../observability/error-fields.ts";
import type { Settings } from "../settings/settings.ts";
import type { BuildPageOptions, BuiltPage } from "./build-page.ts";
import { RecentEvents } from "./recent-events.ts";
import { startPage } from "./start-page.ts";

/** What the page needs of a daemon. */
export interface OpenPageOptions extends Omit<BuildPageOptions, "namespaces" | "recent" | "onError"> {
  readonly settings: Pick<Settings, "pageListen" | "pageNamespaces">;
  readonly logger: Logger;
}

/** A page that is served. Disposing of it ends its connections too. */
export interface OpenPage extends AsyncDisposable {
  /** `undefined` while it cannot be listened on. */
  readonly port: number | undefined;

  /** What the scheduler does. */
  onSchedulerEvent(event: SchedulerEvent): void;
}

/**
 * Listens for whoever wants to see the status page; `undefined` where it is turned off. Most daemons are never looked at: what
 * answers, and the libraries that it needs, are loaded at the first look, and only the last Events are kept before.
 */
export async function openPage(options: OpenPageOptions): Promise<OpenPage | undefined> {
  const { settings, logger } = options;
  const { pageListen, pageNamespaces: namespaces } = settings;
  if (pageListen === undefined) return undefined;
  const recent = new RecentEvents();
  const onError = (error: unknown): void =>
    logger.error({ event: "page.error", ...errorFields(error) }, "a request for the status page was not answered");
  let built: BuiltPage | undefined;
  let isOver = false;
  const build = async (): Promise<BuiltPage | undefined> => {
    const { buildPage } = await import("./build-page.ts");
    if (!isOver) built ??= buildPage({ ...options, namespaces, recent, onError });
    return built;
  };
  const answer: RequestListener = async (request, response) => {
    try {
      (built ?? (await build()))?.answer(request, response);
    } catch (error) {
      onError(error);
      response.writeHead(500).end("the daemon failed to answer: its log says why\n");
    }
  };
  const page = await startPage(pageListen, { answer, onError }, logger);
  return {
    get port() {
      return page.port;
    },
    onSchedulerEvent(event) {
      recent.onSchedulerEvent(event);
      built?.onSchedulerEvent(event);
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      await page[Symbol.asyncDispose]();
      built?.[Symbol.dispose]();
    },
  };
}
