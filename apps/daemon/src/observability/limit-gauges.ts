import type { Scheduler } from "@k8s-snapshots/scheduler";
import { Gauge, type Registry } from "prom-client";
import type { AccountNeeds } from "../account-limits/account-needs.ts";
import { prefix } from "./metric-prefix.ts";

/** What the rules need, what accounts allow, and how many calls a second were learned to be possible: read at each scrape. */
export class LimitGauges {
  #needs: Pick<AccountNeeds, "needs"> | undefined;
  #scheduler: Pick<Scheduler, "callRates"> | undefined;

  constructor(registry: Registry) {
    const registers = [registry];
    const needs = () => [...(this.#needs?.needs() ?? [])];
    const rates = () => this.#scheduler?.callRates() ?? [];
    new Gauge({
      name: `${prefix}calls_per_second`,
      help: "Calls a second that a location is known to take, learned from what it throttles; none where no limit is known",
      labelNames: ["backend", "location", "operation"],
      registers,
      collect() {
        this.reset();
        for (const { backend, location, kind, perSecond } of rates()) {
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
        for (const { backend, location, needed } of needs()) this.set({ backend, location }, needed.snapshots);
      },
    });
    new Gauge({
      name: `${prefix}needed_creations_per_second`,
      help: "Creations a second that the rules of a location ask for in the long run",
      labelNames: ["backend", "location"],
      registers,
      collect() {
        this.reset();
        for (const { backend, location, needed } of needs()) this.set({ backend, location }, needed.perSecond);
      },
    });
    new Gauge({
      name: `${prefix}allowed_snapshots`,
      help: "The most snapshots that a location's account allows, where the storage system says so",
      labelNames: ["backend", "location"],
      registers,
      collect() {
        this.reset();
        for (const { backend, location, allowed } of needs()) {
          if (allowed.snapshots !== undefined) this.set({ backend, location }, allowed.snapshots);
        }
      },
    });
  }

  compare(needs: Pick<AccountNeeds, "needs">, scheduler: Pick<Scheduler, "callRates">): void {
    this.#needs = needs;
    this.#scheduler = scheduler;
  }
}
