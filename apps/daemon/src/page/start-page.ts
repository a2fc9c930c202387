import type { Logger } from "pino";
import { type RunningHttpServer, type ServeOptions, serve } from "../http/serve.ts";
import { errorFields } from "../observability/error-fields.ts";
import type { ListenAddress } from "../settings/listen-address.ts";

/** The page that is served, or will be once its port is free. Disposing of it ends its connections too. */
export interface RunningPage extends AsyncDisposable {
  /** `undefined` while it cannot be listened on. */
  readonly port: number | undefined;
}

const RETRY_MS = 60_000;

/**
 * Serves the page. Snapshots matter more than looking at them: where the port is in use, it says so, and tries again each
 * minute.
 */
export async function startPage(
  address: ListenAddress,
  { answer, onError }: Pick<ServeOptions, "answer" | "onError">,
  logger: Logger,
): Promise<RunningPage> {
  let server: RunningHttpServer | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const start = async (isRetry: boolean): Promise<void> => {
    try {
      const started = await serve(address, { answer, variable: "PAGE_LISTEN", onError });
      if (isOver) return await started[Symbol.asyncDispose]();
      server = started;
      logger.info({ event: "page.started", port: server.port }, `status page on port ${server.port}`);
    } catch (error) {
      if (!isRetry) {
        logger.error(
          { event: "page.unavailable", ...errorFields(error) },
          `${(error as Error).message}; snapshots go on without the status page, and it is tried again each minute`,
        );
      }
      if (!isOver) timer = setTimeout(() => void start(true), RETRY_MS);
    }
  };
  await start(false);
  return {
    get port() {
      return server?.port;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      clearTimeout(timer);
      await server?.[Symbol.asyncDispose]();
    },
  };
}
