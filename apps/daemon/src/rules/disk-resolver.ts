import type { RuleTarget } from "@k8s-snapshots/k8s-source";
import { BackendLoadError, DiskLookupError } from "../backends/backend-errors.ts";
import type { BackendRegistry } from "../backends/backend-registry.ts";
import type { Resolution } from "./resolved-rule.ts";

/** How long a set of rules waits for storage systems that are slow to say which disk is meant. */
const LOOKUP_WAIT_MS = 5_000;

interface Outcome {
  readonly resolution: Resolution;
  /** Whether asking again would say the same. */
  readonly settled: boolean;
}

interface Lookup {
  /** `undefined` once it is done. */
  done: Promise<void> | undefined;
  /** `undefined` while it is under way. */
  outcome: Outcome | undefined;
  /** What holds meanwhile: that of the lookup before. */
  before: Outcome;
}

/** What {@link DiskResolver.resolve} knows. */
export interface ResolvedTargets {
  readonly resolutions: ReadonlyMap<RuleTarget, Resolution>;
  readonly unsettled: ReadonlySet<RuleTarget>;
}

const unknownYet: Outcome = {
  resolution: { reason: "BackendUnavailable", message: "its storage system has not said yet which disk it is" },
  settled: false,
};

/**
 * Looks up which disks the targets of rules are, and remembers it for as long as a target stays the same. A storage system
 * that does not answer delays only its own.
 */
export class DiskResolver {
  readonly #registry: Pick<BackendRegistry, "diskForVolume" | "diskForSpec">;
  /** By what names the disk: a volume, or a disk's spec. The source has the same object for as long as nothing changes in it. */
  readonly #lookups: WeakMap<object, Lookup> = new WeakMap();

  constructor(registry: Pick<BackendRegistry, "diskForVolume" | "diskForSpec">) {
    this.#registry = registry;
  }

  /**
   * Never rejects: what cannot be determined has its reason in the answer.
   *
   * @returns what is known of each target, and for which of them asking again later may say more
   */
  async resolve(targets: readonly RuleTarget[]): Promise<ResolvedTargets> {
    const lookups = new Map(targets.map((target) => [target, this.#known(target) ?? this.#begin(target)]));
    await patiently([...lookups.values()].flatMap(({ done }) => done ?? []));

    const outcomes = [...lookups].map(([target, { outcome, before }]) => [target, outcome ?? before] as const);
    return {
      resolutions: new Map(outcomes.map(([target, { resolution }]) => [target, resolution])),
      unsettled: new Set(outcomes.filter(([, { settled }]) => !settled).map(([target]) => target)),
    };
  }

  /** The storage system says that there is no such disk: it is looked for again next time. */
  forget(target: RuleTarget): void {
    this.#lookups.delete(namedBy(target));
  }

  #known(target: RuleTarget): Lookup | undefined {
    const lookup = this.#lookups.get(namedBy(target));
    return lookup?.outcome === undefined || lookup.outcome.settled ? lookup : undefined;
  }

  #begin(target: RuleTarget): Lookup {
    const lookup: Lookup = {
      outcome: undefined,
      before: this.#lookups.get(namedBy(target))?.outcome ?? unknownYet,
      done: this.#look(target).then((outcome) => {
        lookup.outcome = outcome;
        lookup.before = outcome;
        lookup.done = undefined;
      }),
    };
    this.#lookups.set(namedBy(target), lookup);
    return lookup;
  }

  async #look(target: RuleTarget): Promise<Outcome> {
    try {
      const disk =
        target.kind === "volume"
          ? await this.#registry.diskForVolume(target.volume)
          : await this.#registry.diskForSpec(target.backend, target.disk);
      if (disk !== undefined) return { resolution: { disk }, settled: true };
      const message =
        target.kind === "volume"
          ? `no backend in use knows the volume ${target.volume.metadata.name}: see BACKENDS`
          : `there is no backend ${target.backend} in use: see BACKENDS`;
      return { resolution: { reason: "VolumeUnsupported", message }, settled: true };
    } catch (error) {
      return outcomeOf(error);
    }
  }
}

function outcomeOf(error: unknown): Outcome {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof BackendLoadError) {
    const failure = { backend: error.backend, code: "not-loaded" };
    return { resolution: { reason: "BackendUnavailable", message, failure }, settled: true };
  }
  if (!(error instanceof DiskLookupError)) {
    return { resolution: { reason: "VolumeUnsupported", message }, settled: true };
  }
  const { backend, cause } = error;
  if (cause.code === "invalid" || cause.code === "not-found") {
    return { resolution: { reason: "DiskNotFound", message }, settled: cause.code === "invalid" };
  }
  const failure = { backend, code: cause.code };
  return { resolution: { reason: "BackendUnavailable", message, failure }, settled: false };
}

function namedBy(target: RuleTarget): object {
  return target.kind === "volume" ? target.volume : target.disk;
}

async function patiently(work: readonly Promise<void>[]): Promise<void> {
  if (work.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const impatience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LOOKUP_WAIT_MS);
  });
  await Promise.race([Promise.all(work), impatience]);
  clearTimeout(timer);
}
