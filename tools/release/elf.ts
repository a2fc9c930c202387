/** The architectures of images, by the number that ELF has for them: https://gabi.xinuos.com/elf/a-emachine.html */
const architectures: Readonly<Record<number, string>> = { 62: "amd64", 183: "arm64" };

/**
 * The architecture that a program or library is for, as images name it.
 *
 * @param start - the first 20 bytes of the file, or more
 * @returns `undefined` if it is not an ELF file; a number in words if it is for another machine
 */
export function elfArchitecture(start: Buffer): string | undefined {
  if (start.length < 20 || start.toString("latin1", 0, 4) !== "\x7fELF") return undefined;
  const machine = start.readUInt16LE(18);
  return architectures[machine] ?? `machine ${machine}`;
}
