import type { Mutant } from "./mutant.ts";
import { replaceOnce, sourceOf } from "./workshop.ts";

/** Those whose text does not occur exactly once. */
export async function misplacedOnes(chosen: readonly Mutant[]): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, file, search, replace } of chosen) {
    try {
      replaceOnce(await sourceOf(file), search, replace);
    } catch (error) {
      lines.push(`${name}: ${file}: ${(error as Error).message}`);
    }
  }
  return lines;
}
