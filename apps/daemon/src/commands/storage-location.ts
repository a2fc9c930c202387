import { UsageError } from "./usage-error.ts";

/** A location of a backend. */
export interface StorageLocation {
  /** The backend's name. */
  readonly backend: string;

  readonly location: string;
}

/**
 * Reads `--location`: `aws/eu-west-1`.
 *
 * @throws {UsageError}
 */
export function parseLocation(written: string): StorageLocation {
  const end = written.indexOf("/");
  const [backend, location] = [written.slice(0, end), written.slice(end + 1)];
  if (end > 0 && location !== "") return { backend, location };
  throw new UsageError(`--location must be BACKEND/LOCATION, such as aws/eu-west-1, and is ${JSON.stringify(written)}`);
}
