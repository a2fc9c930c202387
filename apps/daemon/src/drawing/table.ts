import type { Canvas, Style } from "./style.ts";

/** What a cell of a table says, and how. */
export interface Cell {
  readonly text: string;

  /** Default: plain. */
  readonly style?: Style;
}

/** A table in columns as wide as what is in them, below a row of their names; the last one is as long as it likes. */
export function drawTable(
  { paint }: Pick<Canvas, "paint">,
  names: readonly string[],
  rows: readonly (readonly Cell[])[],
): readonly string[] {
  const widths = names.map((name, index) =>
    rows.reduce((most, row) => Math.max(most, [...(row[index]?.text ?? "")].length), name.length),
  );
  const line = (cells: readonly Cell[]): string => {
    const last = cells.findLastIndex(({ text }) => text !== "");
    return cells
      .slice(0, last + 1)
      .map(({ text, style = "plain" }, index) => {
        const padding = index === last ? "" : " ".repeat((widths[index] ?? 0) - [...text].length + 2);
        return paint(style, text) + padding;
      })
      .join("");
  };
  return [
    paint(
      "soft",
      names
        .map((name, index) => name.padEnd((widths[index] ?? 0) + 2))
        .join("")
        .trimEnd(),
    ),
    ...rows.map(line),
  ];
}
