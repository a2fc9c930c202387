import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const snippets = [...readme.matchAll(/^<!-- (test\/readme\/\S+) -->\n```ts\n(.*?)^```$/gms)];

it.each(snippets.map(([, path = "", text = ""]) => ({ path, text })))(
  "README shows $path as it is",
  ({ path, text }) => {
    expect(text).toBe(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));
  },
);

it("every snippet of the README is a file that the tests run", () => {
  expect(snippets.length).toBeGreaterThan(0);
  expect(snippets.length).toBe(readme.match(/^```ts$/gm)?.length);
});
