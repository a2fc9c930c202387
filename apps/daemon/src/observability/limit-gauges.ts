import { Gauge, type Registry } from "prom-client";
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
  new Gauge({
    name: `${prefix}needed_snapshots`,
    help: "The most snapshots that the rules of a location keep at once in the long run",
    labelNames: ["backend", "location"],
    registers,
    collect() {
      this.reset();
      for (const { backend, location, needed } of read().needs()) this.set({ backend, location }, needed.snapshots);
    },
  });
  new Gauge({
    name: `${prefix}needed_creations_per_second`,
    help: "Creations a second that the rules of a location ask for in the long run",
    labelNames: ["backend", "location"],
    registers,
    collect() {
      this.reset();
      for (const { backend, location, needed } of read().needs()) this.set({ backend, location }, needed.perSecond);
    },
  });
  new Gauge({
    name: `${prefix}allowed_snapshots`,
    help: "The most snapshots that a location's account allows, where the storage system says so",
    labelNames: ["backend", "location"],
    registers,
    collect() {
      this.reset();
      for (const { backend, location, allowed } of read().needs()) {
        if (allowed.snapshots !== undefined) this.set({ backend, location }, allowed.snapshots);
      }
    },
  });
}
