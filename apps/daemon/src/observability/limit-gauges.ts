import { Gauge, type Registry } from "prom-client";
import type { AccountNeed } from "../account-limits/account-need.ts";
import type { MeteredDaemon } from "./metered-daemon.ts";
import { prefix } from "./metric-prefix.ts";

/**
 * Registers what the rules need, what accounts allow, and how many calls a second were learned to be possible.
 *
 * @param read - whom to ask at each scrape
 */
export function registerLimitGauges(registry: Registry, read: () => Pick<MeteredDaemon, "needs" | "callRates">): void {
  const registers = [registry];
  new Gauge({
    name: `${prefix}calls_per_second`,
    help: "Calls a second that a location is known to take, learned from what it throttles; none where no limit is known",
    labelNames: ["backend", "location", "operation"],
    registers,
    collect() {
      this.reset();
      for (const { backend, location, kind, perSecond } of read().callRates()) {
        if (Number.isFinite(perSecond)) this.set({ backend, location, operation: kind }, perSecond);
      }
    },
  });
  const perLocation = (name: string, help: string, figureOf: (need: AccountNeed) => number | undefined): Gauge =>
    new Gauge({
      name: `${prefix}${name}`,
      help,
      labelNames: ["backend", "location"],
      registers,
      collect() {
        this.reset();
        for (const { backend, location, ...need } of read().needs()) {
          const figure = figureOf(need);
          if (figure !== undefined) this.set({ backend, location }, figure);
        }
      },
    });
  perLocation(
    "needed_snapshots",
    "The most snapshots that the rules of a location keep at once in the long run",
    ({ needed }) => needed.snapshots,
  );
  perLocation(
    "needed_creations_per_second",
    "Creations a second that the rules of a location ask for in the long run",
    ({ needed }) => needed.perSecond,
  );
  perLocation(
    "allowed_snapshots",
    "The most snapshots that a location's account allows, where the storage system says so",
    ({ allowed }) => allowed.snapshots,
  );
}
