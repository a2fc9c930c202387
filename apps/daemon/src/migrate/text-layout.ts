import type { Canvas } from "../drawing/style.ts";
import { wrapText } from "../drawing/words.ts";

/** Text behind a mark of four characters, its further lines below the first. */
export function hanging(mark: string, text: string, { width }: Canvas): readonly string[] {
  const [first = "", ...rest] = wrapText(text, width - 4);
  return [mark + first, ...rest.map((line) => `    ${line}`)];
}

/** Says that a list goes on; nothing where it does not. */
export function andMore(count: number, what: string, { paint }: Canvas): readonly string[] {
  return count <= 0 ? [] : [paint("soft", `    … and ${count} more ${what}: --output json has them all`)];
}

export function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
