import { expect, it } from "vitest";
import { canvasOf, hasColours } from "./style.ts";

it.each([
  ["a terminal", { isTTY: true }, {}, true],
  ["a terminal with NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false],
  ["a terminal with an empty NO_COLOR", { isTTY: true }, { NO_COLOR: "" }, true],
  ["a dumb terminal", { isTTY: true }, { TERM: "dumb" }, false],
  ["a file", { isTTY: false }, {}, false],
])("cli-11: %s has colours: %#", (_, output, environment, has) => {
  expect(hasColours(output as NodeJS.WriteStream, environment)).toBe(has);
});

it("is as wide as the terminal, from 80 to 120 columns, and 80 elsewhere", () => {
  const width = (isTTY: boolean, columns: number) => canvasOf({ isTTY, columns } as NodeJS.WriteStream, {}).width;
  expect([width(true, 40), width(true, 100), width(true, 300), width(false, 300)]).toEqual([80, 100, 120, 80]);
});
