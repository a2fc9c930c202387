import { type Deltas, isDeltasError, parseDeltas } from "@k8s-snapshots/retention";
import { UsageError } from "../commands/usage-error.ts";

/** @throws {UsageError} if they cannot be read: what is wrong, where, and what was probably meant */
export function readDeltas(written: string): Deltas {
  try {
    return parseDeltas(written);
  } catch (error) {
    if (!isDeltasError(error)) throw error;
    const lines = error.problems.flatMap(({ message, start, end }) => [
      message,
      `  ${written}`,
      `  ${" ".repeat(start)}${"^".repeat(Math.max(1, end - start))}`,
    ]);
    const meant = correctionOf(written);
    if (meant !== undefined) lines.push(`write "${meant}"`);
    throw new UsageError(lines.join("\n"));
  }
}

/** What people write instead of ISO 8601: `1d 7d`, `PT1H,P1D`, `1h`, `p1d`; `undefined` if no schedule comes of it. */
function correctionOf(written: string): string | undefined {
  const words = written.split(/[\s,;]+/).filter((word) => word !== "");
  const corrected = words.map(correctedWord).join(" ");
  if (corrected === written) return undefined;
  try {
    return parseDeltas(corrected).text;
  } catch {
    return undefined;
  }
}

const shorts: Readonly<Record<string, string>> = { s: "PT#S", m: "PT#M", h: "PT#H", d: "P#D", w: "P#W", y: "P#Y" };

function correctedWord(word: string): string {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)([smhdwy])$/i.exec(word) ?? [];
  const short = shorts[unit.toLowerCase()];
  return number === undefined || short === undefined ? word.toUpperCase() : short.replace("#", number);
}
