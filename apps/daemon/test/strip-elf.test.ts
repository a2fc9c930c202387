import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../../../test-support/temporary-folder.ts";
import { stripElf } from "../image/strip-elf.ts";

const HEADER = 64;
const PROGRAM_HEADER = 56;

it("leaves what is loaded, and cuts off what follows", async () => {
  const path = join(await temporaryFolder(), "program");
  const loaded = Buffer.from("this is loaded");
  const elf = Buffer.alloc(HEADER + PROGRAM_HEADER);
  elf.write("\x7fELF\x02\x01", "latin1");
  elf.writeBigUInt64LE(BigInt(HEADER), 0x20);
  elf.writeBigUInt64LE(9_999n, 0x28);
  elf.writeUInt16LE(PROGRAM_HEADER, 0x36);
  elf.writeUInt16LE(1, 0x38);
  elf.writeUInt16LE(30, 0x3c);
  elf.writeBigUInt64LE(BigInt(elf.length), HEADER + 0x08);
  elf.writeBigUInt64LE(BigInt(loaded.length), HEADER + 0x20);
  await writeFile(path, Buffer.concat([elf, loaded, Buffer.from("symbols")]));
  await stripElf(path);
  const stripped = await readFile(path);
  expect(stripped.subarray(elf.length).toString()).toBe("this is loaded");
  expect([stripped.readBigUInt64LE(0x28), stripped.readUInt16LE(0x3c)]).toEqual([0n, 0]);
});

it("does not touch what is no such program", async () => {
  const path = join(await temporaryFolder(), "text");
  await writeFile(path, "#!/bin/sh");
  await expect(stripElf(path)).rejects.toThrow("is not a 64-bit little-endian ELF file");
  expect(await readFile(path, "utf8")).toBe("#!/bin/sh");
});
