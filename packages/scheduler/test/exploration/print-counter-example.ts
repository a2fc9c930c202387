import type { CounterExample } from "./walker.ts";

/** As a test, to be pasted into `found-lives.test.ts`. */
export function printCounterExample({ setup, invariant, fault, life }: CounterExample): string {
  return [
    `// ${fault}`,
    `it(${JSON.stringify(`${invariant} (${setup})`)}, () => {`,
    `  expect(faultsOf(${JSON.stringify(setup)}, ${JSON.stringify(life)})).toEqual([]);`,
    "});",
  ].join("\n");
}
