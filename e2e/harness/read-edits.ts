/** What a section tells its reader to do, in order. */
export type EditStep =
  | {
      readonly kind: "edit";
      readonly path: string;
      /** The start of the line that the text goes before. */
      readonly before: string;
      /** The start of a line that only comes later: of several lines it is the last one above it. */
      readonly above: string | undefined;
      readonly text: string;
    }
  | { readonly kind: "run"; readonly script: string };

const step = /^<!-- edit: (\S+) before: `([^`]+)`(?: above: `([^`]+)`)? -->\n```\w+\n(.*?)^```$|^```sh\n(.*?)^```$/gms;

/** The sections of a page whose heading begins so, with what they tell. */
export function readEdits(markdown: string, heading: string): ReadonlyMap<string, readonly EditStep[]> {
  const sections = markdown.split(/^## /m).filter((section) => section.startsWith(heading));
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf("\n")),
      [...section.matchAll(step)].map(([, path, before = "", above, text = "", script]) =>
        path === undefined ? { kind: "run", script: script ?? "" } : { kind: "edit", path, before, above, text },
      ),
    ]),
  );
}

/** @throws {Error} if the place is not there, or there are several */
export function applyEdit(content: string, { path, before, above, text }: Extract<EditStep, { kind: "edit" }>): string {
  const lines = content.split("\n");
  const end = above === undefined ? lines.length : lineOf(lines, above, path);
  const places = lines.flatMap((line, index) => (index < end && line.startsWith(before) ? [index] : []));
  const place = above === undefined ? places[0] : places.at(-1);
  if (place === undefined || (above === undefined && places.length > 1)) {
    throw new Error(
      `${path} has ${places.length} lines that start with ${JSON.stringify(before)}: mend CONTRIBUTING.md`,
    );
  }
  return lines.toSpliced(place, 0, text.replace(/\n$/, "")).join("\n");
}

function lineOf(lines: readonly string[], start: string, path: string): number {
  const index = lines.findIndex((line) => line.startsWith(start));
  if (index < 0) throw new Error(`${path} has no line that starts with ${JSON.stringify(start)}: mend CONTRIBUTING.md`);
  return index;
}
