import type { LocationClaim, LocationOwnership, Rule, Scheduler, Tenure } from "@k8s-snapshots/scheduler";

/** What stands for all that has no location: objects whose rule names no disk. */
const REPORTS = { backend: "kubernetes", location: "reports" };

/**
 * Whose turn it is to speak of an object, among replicas: the owner of its disk's location; of objects without a disk, the
 * owner of a place of its own. So each thing is said, and counted, once.
 */
export class ReportDuty {
  readonly #ownership: LocationOwnership;
  readonly #scheduler: Pick<Scheduler, "tenureOf">;
  readonly #onTaken: () => void;
  #tenure: Tenure = "none";

  /** @param onTaken - called when this replica begins to speak of objects without a disk */
  constructor(ownership: LocationOwnership, scheduler: Pick<Scheduler, "tenureOf">, onTaken: () => void) {
    this.#ownership = ownership;
    this.#scheduler = scheduler;
    this.#onTaken = onTaken;
  }

  /** @param rule - `undefined`: the object has no disk */
  speaksFor(rule: Pick<Rule, "backend" | "disk"> | undefined): boolean {
    const tenure = rule === undefined ? this.#tenure : this.#scheduler.tenureOf(rule.backend, rule.disk.location);
    return tenure !== "none";
  }

  /** Works until `stop` fires. */
  async run(stop: AbortSignal): Promise<void> {
    const claim: LocationClaim = this.#ownership.acquire(REPORTS, {
      onTenure: async (tenure) => {
        const isTaken = this.#tenure === "none" && tenure !== "none";
        this.#tenure = tenure;
        if (isTaken) this.#onTaken();
      },
      load: () => 1,
    });
    if (!stop.aborted)
      await new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
    claim.release();
  }
}
