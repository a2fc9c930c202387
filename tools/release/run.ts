import { spawn } from "node:child_process";
import { once } from "node:events";

/** A command line: no shell reads it. */
export interface Command {
  readonly program: string;
  readonly words: readonly string[];
}

/**
 * Runs a program; what it prints is shown, on the standard error.
 *
 * @throws {Error} if it cannot be started, or ends with another code than 0
 */
export async function runCommand({ program, words }: Command, folder: string): Promise<void> {
  const child = spawn(program, words, { cwd: folder, stdio: ["ignore", process.stderr, process.stderr] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`cannot release: \`${program} ${words.join(" ")}\` ended with ${code}; see above`);
}

/** Whether a program runs and ends with 0; what it prints is not shown. */
export async function succeeds({ program, words }: Command, folder: string): Promise<boolean> {
  const child = spawn(program, words, { cwd: folder, stdio: "ignore" });
  const [code] = await once(child, "exit").catch(() => [undefined]);
  return code === 0;
}

/** @throws {Error} if it cannot be started, or ends with another code than 0 */
export async function outputOf({ program, words }: Command, folder: string): Promise<string> {
  const child = spawn(program, words, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const [chunks, [code]] = await Promise.all([Array.fromAsync(child.stdout), once(child, "close")]);
  if (code !== 0) throw new Error(`cannot release: \`${program} ${words.join(" ")}\` ended with ${code}; see above`);
  return Buffer.concat(chunks).toString("utf8");
}
