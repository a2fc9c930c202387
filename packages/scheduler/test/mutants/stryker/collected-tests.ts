import { expect } from "vitest";

/** A test of the files that were loaded, with the names of the blocks around it. */
export interface CollectedTest {
  readonly name: string;
  run(): unknown;
}

/** In the order in which the files say them. */
export const collectedTests: CollectedTest[] = [];

const blocks: string[] = [];

type Options = Readonly<Record<string, unknown>>;

/** What options say, a time limit for one, is not heeded. */
export function describe(name: string, ...parts: (Options | (() => void))[]): void {
  blocks.push(name);
  functionOf(parts)();
  blocks.pop();
}

export function it(name: string, ...parts: (Options | ((...values: unknown[]) => unknown))[]): void {
  collectedTests.push({ name: [...blocks, name].join(" "), run: functionOf(parts) });
}

/** Cases that are lists are the test's arguments, as vitest has it. */
it.each =
  (cases: readonly unknown[]) =>
  (name: string, ...parts: (Options | ((...values: unknown[]) => unknown))[]): void => {
    const run = functionOf(parts);
    for (const [index, one] of cases.entries()) {
      it(`${name} (${index + 1})`, () => (Array.isArray(one) ? run(...one) : run(one)));
    }
  };

function functionOf(parts: readonly unknown[]): (...values: unknown[]) => unknown {
  return parts.find((part) => typeof part === "function") as (...values: unknown[]) => unknown;
}

export { expect, it as test };
