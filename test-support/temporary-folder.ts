import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * A folder that lasts until the test is over.
 *
 * It is removed even where a program that the test began still writes into it (a vendor's library starts some, such as
 * `gcloud`, and waits for none): the removal is tried again for up to 6 s, and what remains is left to the system.
 */
export async function temporaryFolder(name = "k8s-snapshots-"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), name));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** Removes a folder of a test, whoever still writes into it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
