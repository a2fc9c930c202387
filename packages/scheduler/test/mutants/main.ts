import { parseArgs } from "node:util";
import { explored } from "./explored.ts";
import { misplacedOnes } from "./misplaced-ones.ts";
import { findersOf, type Mutant } from "./mutant.ts";
import { mutants } from "./mutants.ts";
import { type Outcome, Workshop, writeBelowWorkspace } from "./workshop.ts";

/**
 * `pnpm test:mutants [--rule NUMBER] [--only TEXT]`: puts each fault into a copy of the package, and expects the tests and
 * the explorations that it names to find it. Exits with 1 if one survives, or names what is not there. With `--explored` it
 * asks instead which faults of version 0.1 the exploration finds by itself, and prints them as a table.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rule: { type: "string" }, only: { type: "string" }, explored: { type: "boolean" } },
  });
  const chosen = mutants.filter(
    ({ rule, name, puts }) =>
      (values.rule === undefined || rule.startsWith(values.rule)) &&
      (values.only === undefined || `${puts} ${name}`.includes(values.only)),
  );
  const from = performance.now();
  const misplaced = await misplacedOnes(chosen);
  for (const line of misplaced) console.log(line);
  if (misplaced.length > 0) return void finish(chosen.length, 0, misplaced.length, from);

  await using workshops = new AsyncDisposableStack();
  const shops: Workshop[] = [];
  for (let worker = 0; worker < 2; worker++) shops.push(workshops.use(await Workshop.open()));

  if (values.explored) {
    await inTurn(
      chosen.filter(({ puts }) => puts !== undefined),
      shops,
      async (mutant, shop) => console.log(await explored(mutant, shop)),
    );
    return;
  }

  const baseline = (await inTurn(baselineOf(chosen), shops, (check, shop) => check(shop))).filter(Boolean);
  for (const line of baseline) console.log(line);
  if (baseline.length > 0) return void finish(chosen.length, 0, baseline.length, from);

  const survivors = await inTurn(chosen, shops, async (mutant, shop) => {
    const began = performance.now();
    const outcomes = await shop.try(mutant);
    const survivedOne = outcomes.find(({ failed, broken }) => failed.length === 0 || broken !== undefined);
    const isKilled = survivedOne === undefined;
    const by = isKilled
      ? `killed by ${outcomes.flatMap(({ failed }) => failed).join("; ")}`
      : `SURVIVED ${survivedOne.broken ?? survivedOne.passed[0] ?? "what should find it"}`;
    const label = [mutant.rule, mutant.puts].filter(Boolean).join(", ");
    console.log(`[${label}] ${mutant.name}: ${by} (${(performance.now() - began).toFixed(0)} ms)`);
    return isKilled ? 0 : 1;
  });
  const survived = survivors.reduce<number>((sum, one) => sum + one, 0);
  await finish(chosen.length, chosen.length - survived, survived, from);
}

/** Without any mutant everything that must find one passes. */
function baselineOf(chosen: readonly Mutant[]): ((shop: Workshop) => Promise<string | undefined>)[] {
  const names = new Map<string, Set<string>>();
  const explorations = new Set<string>();
  for (const finder of chosen.flatMap(findersOf)) {
    if ("test" in finder) names.set(finder.test, (names.get(finder.test) ?? new Set()).add(finder.name));
    else explorations.add(finder.exploration);
  }
  const check = (wanted: readonly string[], { passed, failed, broken }: Outcome): string | undefined => {
    const missing = wanted.find((name) => !passed.some((one) => one.includes(name)));
    if (failed.length === 0 && broken === undefined && missing === undefined) return undefined;
    return `without any mutant: ${broken ?? (failed.length > 0 ? `${failed.join("; ")} failed` : `${missing} is not there`)}`;
  };
  return [
    ...[...names].map(
      ([test, all]) =>
        async (shop: Workshop) =>
          check([...all], await shop.test({ test, name: [...all] })),
    ),
    ...[...explorations].map(
      (exploration) => async (shop: Workshop) => check([exploration], await shop.explore({ exploration })),
    ),
  ];
}

/** Each workshop takes the next one when it is done. */
async function inTurn<T, R>(
  items: readonly T[],
  shops: readonly Workshop[],
  work: (item: T, shop: Workshop) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const serve = async (shop: Workshop): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T, shop);
    }
  };
  await Promise.all(shops.map(serve));
  return results;
}

async function finish(count: number, killed: number, survived: number, from: number): Promise<void> {
  const seconds = ((performance.now() - from) / 1_000).toFixed(1);
  console.log(`${count} mutants, ${killed} killed, ${survived} survived (${seconds} s)`);
  process.exitCode = survived > 0 ? 1 : 0;
  if (!process.env["CI"]) return;
  const report = {
    numPassedTests: killed,
    numFailedTests: survived,
    numPendingTests: 0,
    numTodoTests: 0,
    success: survived === 0,
    testResults: [],
  };
  await writeBelowWorkspace("test-results/mutants.json", `${JSON.stringify(report)}\n`);
}

await main();
