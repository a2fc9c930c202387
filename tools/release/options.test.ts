import { expect, it } from "vitest";
import { parseReleaseOptions } from "./options.ts";

it("publishes all unless it is asked not to", () => {
  expect(parseReleaseOptions([])).toEqual({ dryRun: false, withoutImage: false, output: "release" });
  expect(parseReleaseOptions(["--dry-run", "--without-image", "--output", "out"])).toEqual({
    dryRun: true,
    withoutImage: true,
    output: "out",
  });
});

it("refuses what it does not know, and to publish a release that lacks a part", () => {
  expect(() => parseReleaseOptions(["--dryrun"])).toThrow("--dryrun");
  expect(() => parseReleaseOptions(["--without-image"])).toThrow("cannot publish without the image");
});
