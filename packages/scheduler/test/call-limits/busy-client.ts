import { CallBudget } from "../../src/gate/call-budget.ts";
import type { VirtualClock } from "../../src/testing/index.ts";
import type { BucketLimit } from "./bucket-limit.ts";

/** What a client is begun with. */
export interface BusyClientOptions {
  readonly clock: VirtualClock;
  readonly limit: BucketLimit;

  /** Calls a second that its backend declares. */
  readonly declared: number;
  readonly most?: number;

  /** How long a call is on its way to the limit, in milliseconds: drawn anew for each. Default: 50. */
  readonly way?: () => number;
}

/** A budget that always has more to do than it may. */
export class BusyClient {
  readonly budget: CallBudget;
  passed = 0;
  throttled = 0;
  readonly #options: BusyClientOptions;
  #isBusy = true;

  constructor(options: BusyClientOptions) {
    this.#options = options;
    const { clock, declared, most = Number.POSITIVE_INFINITY } = options;
    this.budget = new CallBudget({ clock, perSecond: declared, mostPerSecond: most, concurrency: 50 });
    for (let index = 0; index < 100; index++) void this.#work(String(index));
  }

  stop(): void {
    this.#isBusy = false;
    this.budget.cancelWaiting();
  }

  async #work(disk: string): Promise<void> {
    while (this.#isBusy) {
      await this.budget.run({ namespace: "", disk }, undefined, () => this.#call()).catch(() => {});
    }
  }

  async #call(): Promise<void> {
    const { clock, limit, way = () => 50 } = this.#options;
    await clock.sleep(way());
    const error = limit.take();
    await clock.sleep(50);
    if (error !== undefined) {
      this.throttled++;
      throw error;
    }
    this.passed++;
  }
}
