import { averageMilliseconds, type Duration } from "./duration.ts";

const LONGEST = averageMilliseconds({ text: "P1000Y", months: 12_000, milliseconds: 0 });

const format =
  /^(?<sign>[+-]?)P(?=\d|T\d)(?:(?<Y>[\d.,]+)Y)?(?:(?<M>[\d.,]+)M)?(?:(?<W>[\d.,]+)W)?(?:(?<D>[\d.,]+)D)?(?:T(?=\d)(?:(?<h>[\d.,]+)H)?(?:(?<m>[\d.,]+)M)?(?:(?<s>[\d.,]+)S)?)?$/;
const number = /^\d+(?:[.,]\d+)?$/;
const monthUnits = { Y: 12n, M: 1n };
const millisecondUnits = { W: 604_800_000n, D: 86_400_000n, h: 3_600_000n, m: 60_000n, s: 1_000n };

/** The duration that a text holds, or what is wrong with it: one sentence that names the text. */
export function parseDuration(text: string): Duration | { readonly problem: string } {
  const result = readDuration(text);
  if (typeof result !== "string") return result;
  return { problem: `${text.length > 40 ? `${text.slice(0, 40)}…` : text} ${result}` };
}

/** The duration, or what is wrong with the text: a sentence without its subject. */
function readDuration(text: string): Duration | string {
  const parts = format.exec(text)?.groups;
  if (parts === undefined) return explainFormat(text);
  if (parts["sign"] === "-") return "is negative";

  const months = sum(parts, monthUnits);
  if (months === "not-a-number") return "holds a number that cannot be read";
  if (months === "not-whole") {
    return "is not a whole number of months, and a part of a month has no fixed length: write days";
  }
  const milliseconds = sum(parts, millisecondUnits);
  if (milliseconds === "not-a-number") return "holds a number that cannot be read";
  if (milliseconds === "not-whole") return "is not a whole number of milliseconds";

  const duration = { text, months: Number(months), milliseconds: Number(milliseconds) };
  const length = averageMilliseconds(duration);
  if (length === 0) return "is zero";
  if (length > LONGEST) return "is longer than 1,000 years";
  return duration;
}

/** Exact, in whole units: 7.5 hours must not come out as 26,999,999.999 milliseconds. */
function sum(
  parts: Readonly<Record<string, string | undefined>>,
  units: Readonly<Record<string, bigint>>,
): bigint | "not-a-number" | "not-whole" {
  let total = 0n;
  for (const [unit, size] of Object.entries(units)) {
    const written = parts[unit];
    if (written === undefined) continue;
    if (!number.test(written)) return "not-a-number";
    const [whole = "0", fraction = ""] = written.split(/[.,]/);
    const scale = 10n ** BigInt(fraction.length);
    const scaled = BigInt(whole + fraction) * size;
    if (scaled % scale !== 0n) return "not-whole";
    total += scaled / scale;
  }
  return total;
}

function explainFormat(text: string): string {
  if (format.test(text.toUpperCase())) return `must be in capital letters: ${text.toUpperCase()}`;
  if (/^P[^T]*[HS]/.test(text)) return "lacks a T: hours, minutes and seconds stand after a T, as in PT1H";
  if (/^PT.*[YWD]/.test(text)) return `has a T too many: years, months, weeks and days stand before a T, as in P1D`;
  return "is not an ISO 8601 duration such as PT1H, P1D, P1W or P1M";
}
