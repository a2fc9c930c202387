import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

/** Lines as `sha256sum --check` reads them, in the order of the names. */
export async function checksums(files: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    files.toSorted().map(async (file) => `${sha256(await readFile(file))}  ${basename(file)}\n`),
  );
  return lines.join("");
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
