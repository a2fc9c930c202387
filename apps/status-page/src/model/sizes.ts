const KIBI = 1_024;
const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** `1.5 GiB`, of bytes: as the command line writes it. */
export function sizeInWords(bytes: number): string {
  let rank = 0;
  let size = bytes;
  for (; size >= KIBI && rank < units.length - 1; rank++) size /= KIBI;
  return `${size.toFixed(size >= 10 || Number.isInteger(size) ? 0 : 1)} ${units[rank]}`;
}
