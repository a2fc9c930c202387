import type { Canvas } from "../drawing/style.ts";
import { wrapText } from "../drawing/words.ts";

/** In documents: whose plan it is that they show. */
export const BASIS = "a daemon that starts now";

/** Whose plan it is: a running daemon remembers what went wrong, and none was asked. */
export function basisLines({ paint, width }: Canvas): readonly string[] {
  const words = `Planned as ${BASIS} would; what a running one waits for besides, its Events and status page say.`;
  return wrapText(words, width).map((line) => paint("soft", line));
}
