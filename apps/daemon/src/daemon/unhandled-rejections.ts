import type { Logger } from "pino";
import { errorFields } from "../observability/error-fields.ts";

/** A promise that nobody waits for was rejected, mostly a backend's: that is logged and counted, and ends nothing else. */
export function surviveUnhandledRejections(logger: Logger, count: () => void): Disposable {
  const onRejection = (reason: unknown): void => {
    count();
    logger.error({ event: "rejection.unhandled", ...errorFields(reason) }, "a rejection was not handled: report it");
  };
  process.on("unhandledRejection", onRejection);
  return { [Symbol.dispose]: () => void process.off("unhandledRejection", onRejection) };
}
