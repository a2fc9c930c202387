import { setTimeout as pause } from "node:timers/promises";

/**
 * Ends what hangs. Far longer than anything takes: machines are shared, and once a kube-apiserver took five minutes to notice a
 * role, the longest that its own watches go on. In milliseconds.
 */
const LIMIT = 900_000;

/**
 * Asks again and again until the answer is yes. A question that fails counts as no.
 *
 * @throws {Error} what `otherwise` says, if it takes longer than a quarter of an hour
 */
export async function waitUntil(ask: () => Promise<boolean>, otherwise: () => string): Promise<void> {
  const end = Date.now() + LIMIT;
  while (!(await ask().catch(() => false))) {
    if (Date.now() > end) throw new Error(otherwise());
    await pause(100);
  }
}
