import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildWithGo, goBuildFolder } from "./go-build.ts";

const moduleFolder = join(import.meta.dirname, "..", "godo");

/** A volume or a snapshot, as godo prints it. */
export interface GodoObject {
  readonly id: string;
  readonly name: string;
  readonly resource_id?: string;
  readonly tags: readonly string[] | null;
}

/**
 * The program of e2e/godo, which is built where it was not built before.
 *
 * @returns what to do, if there is no way to have it
 */
export async function findGodo(): Promise<{ readonly program: string } | { readonly missing: string }> {
  const sources = await Promise.all(["main.go", "go.sum"].map((file) => readFile(join(moduleFolder, file))));
  const name = `godo-${createHash("sha256").update(Buffer.concat(sources)).digest("hex").slice(0, 12)}`;
  const failure = await buildWithGo({ name, moduleFolder, packages: ["."], takes: "a few seconds" });
  return failure === undefined ? { program: join(goBuildFolder(name), "godo") } : { missing: failure };
}

/**
 * Runs the program against an emulator.
 *
 * @returns what it printed, as a list
 */
export async function runGodo(
  program: string,
  { url, token }: { readonly url: string; readonly token: string },
  ...command: string[]
): Promise<GodoObject[]> {
  const { stdout } = await promisify(execFile)(program, command, {
    env: { DIGITALOCEAN_API_URL: url, DIGITALOCEAN_ACCESS_TOKEN: token },
    timeout: 30_000,
  });
  return [JSON.parse(stdout) ?? []].flat();
}
