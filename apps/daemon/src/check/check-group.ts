import type { Canvas, Style } from "../drawing/style.ts";
import { wrapText } from "../drawing/words.ts";

/** How something that was checked stands. */
export type Mark = "good" | "bad" | "unknown" | "idle";

/** One thing that was checked. */
export interface CheckLine {
  readonly mark: Mark;

  /** What was checked. */
  readonly label: string;

  /** How it stands, in a few words: it must be readable without the mark and its colour. */
  readonly words: string;

  /** Why, or what to do about it; below, each on lines of its own. Default: nothing. */
  readonly remarks?: readonly string[];
}

/** What belongs together, under one heading. */
export interface CheckGroup {
  readonly title: string;
  readonly about: string;
  readonly lines: readonly CheckLine[];
}

const marks: Readonly<Record<Mark, { readonly glyph: string; readonly style: Style }>> = {
  good: { glyph: "✓", style: "good" },
  bad: { glyph: "✗", style: "bad" },
  unknown: { glyph: "?", style: "strong" },
  idle: { glyph: "–", style: "soft" },
};

/** Before the label, and before a remark. */
const INDENT = 4;
const REMARK_INDENT = 6;

/** A heading, and a line for each thing that was checked; what is wrong has its reason below. */
export function drawGroup({ title, about, lines }: CheckGroup, canvas: Canvas): readonly string[] {
  return [`${canvas.paint("strong", title)}  ${about}`.trimEnd(), ...lines.flatMap((line) => drawLine(line, canvas))];
}

function drawLine({ mark, label, words, remarks = [] }: CheckLine, { paint, width }: Canvas): readonly string[] {
  const { glyph, style } = marks[mark];
  const column = width < 120 ? 38 : 44;
  const fits = label.length <= column - INDENT - 1;
  const name = fits ? label.padEnd(column - INDENT) : label;
  const [first = "", ...more] = wrapText(words, width - column);
  const shown = mark === "bad" ? paint("bad", name) : name;
  const toColumn = " ".repeat(column);
  const rest = (line: string): string => `${toColumn}${paint("soft", line)}`;
  return [
    `  ${paint(style, glyph)} ${fits ? `${shown}${paint("soft", first)}` : shown}`.trimEnd(),
    ...(fits ? more : [first, ...more].filter((line) => line !== "")).map(rest),
    ...remarks.flatMap((remark) =>
      wrapText(remark, width - REMARK_INDENT).map((line) => `${" ".repeat(REMARK_INDENT)}${line}`),
    ),
  ];
}
