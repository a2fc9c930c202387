import { isBackendError } from "@k8s-snapshots/backend-api";

/** What of an error goes into a log line. Of causes only name and message: others' errors may hold requests, and keys. */
export function errorFields(error: unknown): { code?: string; error: string; cause?: string } {
  if (!(error instanceof Error)) return { error: String(error) };
  const cause = error.cause instanceof Error ? { cause: `${error.cause.name}: ${error.cause.message}` } : {};
  return { ...(isBackendError(error) ? { code: error.code } : {}), error: error.message, ...cause };
}
