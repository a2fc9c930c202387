/**
 * How many a test takes of what it draws or simulates: in CI all, on a developer's machine fewer, so that `pnpm test` is fast. Of
 * each kind there are still some, so no behaviour goes untested; `CI=true` runs them all anywhere.
 */
export function wholeCount(inCi: number, otherwise: number): number {
  return process.env["CI"] ? inCi : otherwise;
}
