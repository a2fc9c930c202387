/** Lengths are written as one character each, from this one on. */
const ZERO = 0x30;
/** The last character that takes one byte stands for it. */
const MOST = 0x7e - ZERO;

/** A text as what it has else than another one: how much of the beginning and of the end they share, and what is between. */
export function differenceOf(text: string, base: string): string {
  const most = Math.min(MOST, text.length, base.length);
  let start = 0;
  while (start < most && text.charCodeAt(start) === base.charCodeAt(start)) start++;
  const mostAtEnd = Math.min(MOST, text.length - start, base.length - start);
  let end = 0;
  while (end < mostAtEnd && text.charCodeAt(text.length - 1 - end) === base.charCodeAt(base.length - 1 - end)) end++;
  return String.fromCharCode(ZERO + start, ZERO + end) + text.slice(start, text.length - end);
}

/** The text of a {@link differenceOf}, flat: a sum of its parts would keep them, and what they were cut from, in memory. */
export function withDifference(difference: string, base: string): string {
  const start = difference.charCodeAt(0) - ZERO;
  const end = difference.charCodeAt(1) - ZERO;
  return [base.slice(0, start), difference.slice(2), base.slice(base.length - end)].join("");
}
