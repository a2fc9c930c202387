/** What a command line writes to and reads from. */
export interface Terminal {
  readonly output: NodeJS.WriteStream;
  readonly errors: NodeJS.WritableStream;
  readonly input: NodeJS.ReadableStream;
}

/** Cells in columns, as `kubectl get` prints them. The last column may be of any length. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length)) - 1;
  const widths = Array.from({ length: columns }, (_, column) => {
    return Math.max(...rows.map((row) => row[column]?.length ?? 0));
  });
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
