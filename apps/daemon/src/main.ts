#!/usr/bin/env node
import { stopSignal } from "./commands/stop-signal.ts";

const [command] = process.argv.slice(2);

// Before the rest is loaded, which takes a while: the program may be asked to stop meanwhile.
const stop = command === "run" || command === "demo" || command === "snapshot" ? stopSignal() : undefined;
const { runCommandLine } = await import("./command-line.ts");

// Whoever reads the output may have seen enough, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

process.exitCode = await runCommandLine(process.argv.slice(2), process.env, undefined, stop);

// What a backend has left open must not keep a program that has ended.
setTimeout(() => process.exit(), 2_000).unref();
