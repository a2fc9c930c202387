/** What a page tells its reader to do, in order. */
export type GuideStep =
  | { readonly kind: "file"; readonly path: string; readonly content: string }
  | { readonly kind: "run"; readonly commands: readonly string[] };

/** The blocks of a page that follow `<!-- file: PATH -->` and `<!-- run -->`. */
export function readGuide(markdown: string): GuideStep[] {
  const blocks = markdown.matchAll(/^<!-- (?:file: (\S+)|run) -->\n```\w+\n(.*?)^```$/gms);
  return [...blocks].map(([, path, content = ""]) =>
    path === undefined ? { kind: "run", commands: content.trim().split("\n") } : { kind: "file", path, content },
  );
}
