import type { Command } from "./run.ts";

/** The pnpm that runs this script, or the one on the PATH. */
export function pnpm(...words: readonly string[]): Command {
  const path = process.env["npm_execpath"] ?? "pnpm";
  return /\.[cm]?js$/.test(path) ? { program: process.execPath, words: [path, ...words] } : { program: path, words };
}
