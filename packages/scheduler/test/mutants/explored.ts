import { setups } from "../exploration/setups.ts";
import { CI_STATES, findersOf, type Mutant } from "./mutant.ts";
import type { Workshop } from "./workshop.ts";

/** @returns a line of a table: which case it is, and in which setup the exploration finds it, if it does */
export async function explored(mutant: Mutant, shop: Workshop): Promise<string> {
  return `| ${mutant.puts} | ${mutant.name} | ${await whereFound(mutant, shop)} |`;
}

/** Those setups first that the mutant names. */
function whereFound(mutant: Mutant, shop: Workshop): Promise<string> {
  if (/^(loop|gate)\//.test(mutant.file)) return Promise.resolve(`no: ${mutant.file} is not walked over`);
  const named = findersOf(mutant).flatMap((finder) => ("exploration" in finder ? [finder.exploration] : []));
  return shop.with(mutant, async () => {
    for (const exploration of new Set([...named, ...setups.map(({ name }) => name)])) {
      const { failed, broken } = await shop.explore({ exploration, states: CI_STATES });
      if (failed.length > 0 || broken !== undefined) return broken ?? failed.join("; ");
    }
    return "no";
  });
}
