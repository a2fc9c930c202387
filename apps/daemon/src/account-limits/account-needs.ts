import type { LocationLimits, SnapshotBackend } from "@k8s-snapshots/backend-api";
import type { Deltas } from "@k8s-snapshots/retention";
import { type LocationContext, locationKey, locationKeyOf, type Rule, type Scheduler } from "@k8s-snapshots/scheduler";
import type { Logger } from "pino";
import { errorFields } from "../observability/error-fields.ts";
import type { ResolvedChanges } from "../rules/resolved-rule.ts";
import { type AccountNeed, accountNeed, describeNeed, exceededOf, remedyOf } from "./account-need.ts";

/** What {@link AccountNeeds} needs. */
export interface AccountNeedsOptions {
  readonly backends: ReadonlyMap<string, SnapshotBackend>;
  readonly scheduler: Pick<Scheduler, "callRates" | "setLimits" | "tenureOf">;

  /** In milliseconds. */
  readonly minInterval: number;
  readonly logger: Logger;

  /** Called when the rules of a location begin to need more than the account allows, or stop to. */
  readonly onVerdict: (location: LocationContext) => void;
}

interface Place {
  readonly about: LocationContext;

  /** By the rule's id. */
  readonly deltas: Map<string, Deltas>;
  limits: LocationLimits | undefined;

  /** Creations a second. */
  learned: number | undefined;

  /** Of what was said last. */
  exceeded: string;

  /** What is left of it when it is asked again; `undefined`: something changed. */
  need: AccountNeed | undefined;
}

const LIMITS_EVERY_MS = 3_600_000;
/** Rules come many at once. */
const JUDGED_EVERY_MS = 10_000;
const CALL_TIMEOUT_MS = 60_000;

/**
 * What the rules of each location need, beside what the account allows: read from the storage system once an hour, and told
 * to the scheduler. It is said when the rules begin to need more, before it is found out one refusal at a time.
 */
export class AccountNeeds implements Disposable {
  readonly #options: AccountNeedsOptions;
  readonly #places = new Map<string, Place>();
  readonly #abort = new AbortController();
  readonly #timers: readonly NodeJS.Timeout[];

  constructor(options: AccountNeedsOptions) {
    this.#options = options;
    this.#timers = [
      setInterval(() => this.judge(), JUDGED_EVERY_MS),
      setInterval(() => void this.readLimits(), LIMITS_EVERY_MS),
    ];
    for (const timer of this.#timers) timer.unref();
  }

  /** What is new about the objects that ask for snapshots. */
  onRules(changes: ResolvedChanges): void {
    for (const { before, after } of changes.values()) {
      if (before?.rule !== undefined) this.#take(before.rule);
      if (after?.rule?.deltas !== undefined) this.#add(after.rule, after.rule.deltas);
    }
  }

  /** Of each location that has a rule and is served by this process. */
  *needs(): Generator<AccountNeed & LocationContext> {
    for (const place of this.#places.values()) {
      if (place.deltas.size > 0 && this.#isServed(place.about)) yield { ...place.about, ...this.#needOf(place) };
    }
  }

  /** Of the location that has the rule's disk; `undefined` before anything is known of it. */
  needOf(rule: Rule): AccountNeed | undefined {
    const place = this.#places.get(locationKeyOf(rule));
    return place && this.#needOf(place);
  }

  /** Says where the rules began to need more than the account allows, or stopped to. */
  judge(): void {
    for (const place of this.#places.values()) {
      if (!this.#isServed(place.about)) continue;
      const learned = this.#learnedAt(place.about);
      if (learned !== place.learned) place.need = undefined;
      place.learned = learned;
      const need = this.#needOf(place);
      const exceeded = exceededOf(need).join();
      if (exceeded === place.exceeded) continue;
      place.exceeded = exceeded;
      this.#say(place.about, need);
      this.#options.onVerdict(place.about);
    }
  }

  /** Asks each storage system what it allows. What it does not say is what its backend declares. */
  async readLimits(): Promise<void> {
    await Promise.all([...this.#places.values()].map((place) => this.#readLimitsOf(place)));
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
    for (const timer of this.#timers) clearInterval(timer);
  }

  #add(rule: Rule, deltas: Deltas): void {
    const about = { backend: rule.backend, location: rule.disk.location };
    const key = locationKey(about);
    const known = this.#places.get(key);
    const place: Place = known ?? {
      about,
      deltas: new Map(),
      limits: undefined,
      learned: undefined,
      exceeded: "",
      need: undefined,
    };
    place.deltas.set(rule.id, deltas);
    place.need = undefined;
    if (known !== undefined) return;
    this.#places.set(key, place);
    void this.#readLimitsOf(place);
  }

  #take(rule: Rule): void {
    const place = this.#places.get(locationKeyOf(rule));
    if (place?.deltas.delete(rule.id)) place.need = undefined;
  }

  #needOf(place: Place): AccountNeed {
    const { backends, minInterval } = this.#options;
    const capabilities = backends.get(place.about.backend)?.capabilities ?? { restore: false };
    place.need ??= accountNeed({
      deltas: place.deltas.values(),
      minInterval,
      capabilities,
      limits: place.limits,
      ...(place.learned !== undefined && { learnedPerSecond: place.learned }),
    });
    return place.need;
  }

  /** Of several replicas one speaks of a location: the one that learns what it takes. */
  #isServed({ backend, location }: LocationContext): boolean {
    return this.#options.scheduler.tenureOf(backend, location) !== "none";
  }

  #learnedAt({ backend, location }: LocationContext): number | undefined {
    return this.#options.scheduler
      .callRates()
      .find((rate) => rate.kind === "create" && rate.backend === backend && rate.location === location)?.perSecond;
  }

  #say(about: LocationContext, need: AccountNeed): void {
    const { logger } = this.#options;
    const { needed, allowed } = need;
    const facts = { ...about, needed, allowed };
    const sentence = describeNeed(need) ?? "";
    if (exceededOf(need).length === 0) logger.info({ event: "limits.kept", ...facts }, sentence);
    else logger.warn({ event: "limits.exceeded", ...facts }, `${sentence}: ${remedyOf(need)}`);
  }

  async #readLimitsOf(place: Place): Promise<void> {
    const { backends, scheduler, logger } = this.#options;
    const { about } = place;
    const backend = backends.get(about.backend);
    if (backend?.readLimits === undefined || place.deltas.size === 0) return;
    try {
      const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
      place.limits = await backend.readLimits(about.location, { signal });
      place.need = undefined;
      scheduler.setLimits(about, place.limits);
      this.judge();
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      logger.debug({ event: "limits.unknown", ...about, ...errorFields(error) }, "the account's limits cannot be read");
    }
  }
}
