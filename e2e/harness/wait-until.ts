import { setTimeout as pause } from "node:timers/promises";

/**
 * Asks again and again until the answer is yes. A question that fails counts as no.
 *
 * @param limit - milliseconds
 * @throws {Error} what `otherwise` says, if it takes longer
 */
export async function waitUntil(ask: () => Promise<boolean>, limit: number, otherwise: () => string): Promise<void> {
  const end = Date.now() + limit;
  while (!(await ask().catch(() => false))) {
    if (Date.now() > end) throw new Error(otherwise());
    await pause(100);
  }
}
