import { BackendError, type BackendErrorCode, isBackendError } from "@k8s-snapshots/backend-api";

const codes: Readonly<Record<string, BackendErrorCode>> = {
  ENOSPC: "limit-reached",
  EDQUOT: "limit-reached",
  EMFILE: "limit-reached",
  ENFILE: "limit-reached",
  EFBIG: "limit-reached",
  EACCES: "forbidden",
  EPERM: "forbidden",
  EROFS: "forbidden",
  ENOENT: "not-found",
  ENOTDIR: "invalid",
  ELOOP: "invalid",
  ENAMETOOLONG: "invalid",
  EBUSY: "unavailable",
  EIO: "unavailable",
  ESTALE: "unavailable",
  ENOTCONN: "unavailable",
  ETIMEDOUT: "unavailable",
};

/**
 * What the file system said, in the contract's terms: of the folder with the snapshots it concerns all of them, of
 * another path that disk.
 *
 * @param doing - begins the message: `copying /data`
 * @param folder - the one with the snapshots
 */
export function toBackendError(error: unknown, doing: string, folder: string): BackendError {
  if (isBackendError(error)) return error;
  const { code: errno = "", message, path } = error as NodeJS.ErrnoException;
  const code = codes[errno] ?? "unexpected";
  const isOfFolder = code === "limit-reached" || path === folder || path?.startsWith(`${folder}/`);
  return new BackendError(code, `${doing}: ${message}`, { scope: isOfFolder ? "location" : "disk", cause: error });
}

/** Whether the file system said so. */
export function hasErrno(error: unknown, ...expected: readonly string[]): boolean {
  return expected.includes((error as NodeJS.ErrnoException | undefined)?.code ?? "");
}
