#!/usr/bin/env node
import { keepHeapSmall } from "./commands/small-heap.ts";
import { stopOnSignals } from "./commands/stop-signal.ts";

const [command] = process.argv.slice(2);
if (command === "run") keepHeapSmall();

// Before the rest is loaded, which takes a while: the program may be asked to stop meanwhile.
const stop = ["run", "demo", "restore", "snapshot"].includes(command ?? "") ? stopOnSignals() : undefined;
const { runCommandLine } = await import("./command-line.ts");

// Whoever reads the output may have seen enough, as `head` does.
const onLostReader = (error: NodeJS.ErrnoException): void => {
  if (error.code !== "EPIPE") throw error;
  // It has something to clean up.
  if (command === "restore") stop?.abort();
  else process.exit();
};
process.stdout.on("error", onLostReader);
if (command === "restore") {
  process.stderr.on("error", onLostReader);
  process.once("SIGHUP", () => stop?.abort());
}

process.exitCode = await runCommandLine(process.argv.slice(2), process.env, undefined, stop?.signal);

// What a backend has left open must not keep a program that has ended.
setTimeout(() => process.exit(), 2_000).unref();
