/**
 * Control characters of both sets, line separators, and what changes the direction of text: a terminal or a page acts on
 * them instead of showing them.
 *
 * @see {@link https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing}
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ACTING = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text of others as it may be shown: what would act is written as `\u001b`, and what is too long is cut. Stands in
 * backend-api and in retention alike, which depend on no other package.
 *
 * @param longest - in UTF-16 code units. Default: 2,000
 */
export function printable(text: string, longest = 2_000): string {
  const cut = text.length <= longest ? text : `${text.slice(0, longest)}…`;
  return cut.replace(ACTING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
