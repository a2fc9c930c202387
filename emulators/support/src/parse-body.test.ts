import { expect, it } from "vitest";
import { parseBody } from "./parse-body.ts";

const refusal = (reason: string): Error => new TypeError(`no JSON: ${reason}`);

it("is what the JSON says, or nothing where there is none", () => {
  expect([parseBody("", refusal), parseBody('{"a":1}', refusal), parseBody("null", refusal)]).toEqual([
    undefined,
    { a: 1 },
    null,
  ]);
});

it("refuses what is no JSON as the emulator does", () => {
  expect(() => parseBody("{", refusal)).toThrow(TypeError);
});
