import type { TestProject } from "vitest/node";
import { findPrograms, type Programs } from "./find-programs.ts";

declare module "vitest" {
  export interface ProvidedContext {
    programs: Programs;
  }
}

/**
 * Says which programs are there, before any test. On a developer's machine the tests of a missing one are skipped; in
 * CI nothing is.
 *
 * @throws {Error} in CI, if a program is missing
 */
export async function setup(project: TestProject): Promise<void> {
  const { programs, findings } = await findPrograms();
  for (const { name, detail, found } of findings) {
    process.stdout.write(`${found ? "found  " : "MISSING"} ${name}: ${detail}\n`);
  }
  const missing = findings.filter(({ found }) => !found).map(({ name }) => name);
  if (missing.length > 0 && process.env["CI"]) {
    throw new Error(`in CI no test is skipped, and these are missing: ${missing.join(", ")}`);
  }
  if (missing.length > 0) process.stdout.write(`tests that need ${missing.join(" or ")} are skipped\n`);
  project.provide("programs", programs);
}
