import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { elfArchitecture } from "./elf.ts";

it.skipIf(process.platform !== "linux")("tells the architecture of the Node that runs this", async () => {
  const names: Partial<Record<string, string>> = { x64: "amd64", arm64: "arm64" };
  expect(elfArchitecture(await readFile(process.execPath))).toBe(names[process.arch]);
});

it("knows arm64, names others by their number, and takes nothing else for a program", () => {
  const header = Buffer.alloc(64);
  header.write("\x7fELF", "latin1");
  header.writeUInt16LE(183, 18);
  expect(elfArchitecture(header)).toBe("arm64");
  header.writeUInt16LE(243, 18);
  expect(elfArchitecture(header)).toBe("machine 243");
  expect(elfArchitecture(Buffer.from("#!/usr/local/bin/node and some more"))).toBeUndefined();
  expect(elfArchitecture(Buffer.from("\x7fELF"))).toBeUndefined();
});
