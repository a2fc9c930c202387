import { timeIn } from "./shown-time.ts";

/** What text is drawn like; the names say what it is, not its colour. */
export type Style = "plain" | "strong" | "soft" | "bad" | "good" | "minutes" | "hours" | "days" | "weeks" | "months";

const codes: Readonly<Record<Style, string>> = {
  plain: "",
  strong: "1",
  soft: "2",
  bad: "31",
  good: "32",
  minutes: "37",
  hours: "34",
  days: "36",
  weeks: "35",
  months: "1",
};

/** Where something is drawn: how wide, whether in colours, and in which time zone. */
export interface Canvas {
  readonly width: number;

  /** As people there read it: `2026-01-01T00:00:00+01:00`. */
  time(instant: number): string;
  paint(style: Style, text: string): string;
}

const WIDTH = 80;
const WIDEST = 120;

/**
 * The canvas that an output is. Colours only on a terminal that has them.
 *
 * @see {@link https://no-color.org/}
 */
export function canvasOf(
  output: Pick<NodeJS.WriteStream, "isTTY" | "columns">,
  environment: Readonly<Record<string, string | undefined>>,
): Canvas {
  const isColoured = hasColours(output, environment);
  return {
    width: output.isTTY ? Math.max(WIDTH, Math.min(output.columns ?? WIDTH, WIDEST)) : WIDTH,
    time: timeIn(environment["TZ"]),
    paint: (style, text) =>
      isColoured && text !== "" && style !== "plain" ? `\u001b[${codes[style]}m${text}\u001b[0m` : text,
  };
}

export function hasColours(
  { isTTY }: Pick<NodeJS.WriteStream, "isTTY">,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}
