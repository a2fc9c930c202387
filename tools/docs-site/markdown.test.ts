import { expect, it } from "vitest";
import { githubAnchor } from "./github-anchor.ts";
import { anchorsOf, linksOf, titleOf, withoutComments, withTargets } from "./markdown.ts";

it("finds links and images, and none in code or comments", () => {
  const text = [
    'See [one](a.md), [`two`](b.md#x) and ![three](c.png "as it was").',
    "`[code](no.md)` ``[more ` code](no.md)`` <!-- [comment](no.md) -->",
    "```sh\n[block](no.md)\n```",
    "  ```text\n  [indented](no.md)\n  ```",
    "[four](d.md)",
  ].join("\n");
  expect(linksOf(text).map(({ target }) => target)).toEqual(["a.md", "b.md#x", "c.png", "d.md"]);
});

it("gives links other targets, and leaves all else as it is", () => {
  const text = "[a](a.md) `[a](a.md)` [b](b.md)\n";
  expect(withTargets(text, (target) => `/site/${target}`)).toBe("[a](/site/a.md) `[a](a.md)` [b](/site/b.md)\n");
});

it.each([
  ["The first snapshot", "the-first-snapshot"],
  ["Settings, by the names of its variables", "settings-by-the-names-of-its-variables"],
  ["--diff", "--diff"],
  ["K8sSnapshotsDown", "k8ssnapshotsdown"],
  ["2026-11-28: The Helm chart", "2026-11-28-the-helm-chart"],
  ["snake_case & more", "snake_case--more"],
])("gives %j GitHub's anchor", (heading, anchor) => {
  expect(githubAnchor(heading)).toBe(anchor);
});

it("numbers anchors of headings that are the same, and takes no comment in a block of shell for one", () => {
  const text = "# A\n\n## `b` of [c](d.md)\n\n## `b` of [c](d.md)\n\n```sh\n# not a heading\n```\n";
  expect([...anchorsOf(text)]).toEqual(["a", "b-of-c", "b-of-c-1"]);
  expect(titleOf(text)).toBe("A");
});

it("leaves out comments, but not those that an example shows", () => {
  expect(withoutComments("a\n<!-- for a test -->\nb\n```html\n<!-- shown -->\n```\n")).toBe(
    "a\nb\n```html\n<!-- shown -->\n```\n",
  );
});
