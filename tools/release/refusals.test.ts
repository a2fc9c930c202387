import { expect, it } from "vitest";
import { refusals } from "./refusals.ts";

const release = { version: "0.2.0", commit: "a".repeat(40), date: 0, tags: ["v0.2.0"], changed: [] };
const environment = { NODE_AUTH_TOKEN: "x", REGISTRY_AUTH_FILE: "/auth.json", GH_TOKEN: "x" };

it("lets a tagged, clean commit go out, with the credentials of all three places", () => {
  expect(refusals(release, environment, [])).toEqual([]);
  expect(refusals(release, { ...environment, NODE_AUTH_TOKEN: "", ACTIONS_ID_TOKEN_REQUEST_URL: "x" }, [])).toEqual([]);
});

it.each([
  ["no tag", { tags: [] }, "no tag v0.2.0"],
  ["another tag", { tags: ["v0.1.0"] }, "no tag v0.2.0"],
  ["an uncommitted change", { changed: [" M README.md"] }, "not what is committed:  M README.md"],
])("refuses where there is %s", (_, change, sentence) => {
  expect(refusals({ ...release, ...change }, environment, [])).toEqual([expect.stringContaining(sentence)]);
});

it("refuses while changesets wait, and names each credential that is missing", () => {
  expect(refusals(release, environment, ["first-release.md"])).toEqual([expect.stringContaining("first-release.md")]);
  expect(refusals(release, {}, [])).toEqual([
    expect.stringContaining("NODE_AUTH_TOKEN"),
    expect.stringContaining("REGISTRY_AUTH_FILE"),
    expect.stringContaining("GH_TOKEN"),
  ]);
});
