import { readFile, truncate, writeFile } from "node:fs/promises";
import { argv } from "node:process";

/** `node strip-elf.ts FILE...` */
if (import.meta.main) for (const path of argv.slice(2)) await stripElf(path);

/**
 * Cuts off what a program carries beyond what is loaded when it runs: symbols and the table of sections, which debuggers
 * read. Of Node these are a seventh. Binutils does the same, and would have to be there for each platform that an image is
 * built for.
 *
 * @see {@link https://man7.org/linux/man-pages/man5/elf.5.html}
 * @throws {TypeError} if the file is not a 64-bit little-endian ELF program
 */
export async function stripElf(path: string): Promise<void> {
  const file = await readFile(path);
  const isElf = file.subarray(0, 4).equals(Buffer.from("\x7fELF", "latin1"));
  if (!isElf || file[4] !== 2 || file[5] !== 1) throw new TypeError(`${path} is not a 64-bit little-endian ELF file`);
  const programHeaders = Number(file.readBigUInt64LE(0x20));
  const size = file.readUInt16LE(0x36);
  const count = file.readUInt16LE(0x38);
  let end = programHeaders + size * count;
  for (let index = 0; index < count; index++) {
    const header = programHeaders + size * index;
    const offset = Number(file.readBigUInt64LE(header + 0x08));
    end = Math.max(end, offset + Number(file.readBigUInt64LE(header + 0x20)));
  }
  file.writeBigUInt64LE(0n, 0x28); // where the table of sections is
  file.writeUInt16LE(0, 0x3c); // how many there are
  file.writeUInt16LE(0, 0x3e); // which has their names
  await writeFile(path, file);
  await truncate(path, end);
}
