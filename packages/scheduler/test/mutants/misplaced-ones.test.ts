import { expect, it } from "vitest";
import { misplacedOnes } from "./misplaced-ones.ts";
import { mutants } from "./mutants.ts";

it("each mutant's text occurs once in the file that it names", async () => {
  expect(await misplacedOnes(mutants)).toEqual([]);
});
