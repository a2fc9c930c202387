import type { RuleSet, RuleTarget } from "@k8s-snapshots/k8s-source";
import { diskKey } from "@k8s-snapshots/scheduler";
import { BackendLoadError, DiskLookupError } from "../backends/backend-errors.ts";
import type { BackendRegistry, OwnedDisk } from "../backends/backend-registry.ts";
import type { Resolution } from "./resolved-rules.ts";

/** How long a set of rules waits for storage systems that are slow to say which disk is meant. */
const LOOKUP_WAIT_MS = 5_000;

interface Outcome {
  readonly resolution: Resolution;
  /** Whether asking again would say the same. */
  readonly settled: boolean;
}

interface Lookup {
  readonly done: Promise<void>;
  /** `undefined` while it is under way. */
  outcome: Outcome | undefined;
  /** What holds meanwhile: that of the lookup before. */
  readonly before: Outcome;
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
  #lookups = new Map<unknown, Lookup>();

  constructor(registry: Pick<BackendRegistry, "diskForVolume" | "diskForSpec">) {
    this.#registry = registry;
  }

  /**
   * Never rejects: what cannot be determined has its reason in the answer.
   *
   * @returns `retry` if asking again later may say more
   */
  async resolve(set: RuleSet): Promise<{ resolutions: ReadonlyMap<RuleTarget, Resolution>; retry: boolean }> {
    const targets = [...set.rules, ...set.problems].flatMap(({ target }) => (target === undefined ? [] : [target]));
    const lookups = new Map<unknown, Lookup>();
    for (const target of targets) {
      const identity = identityOf(target);
      if (!lookups.has(identity)) lookups.set(identity, this.#known(identity) ?? this.#begin(target, identity));
    }
    this.#lookups = lookups;
    await patiently([...lookups.values()].filter(({ outcome }) => outcome === undefined).map(({ done }) => done));

    const outcomes = targets.map((target) => {
      const { outcome, before } = lookups.get(identityOf(target)) as Lookup;
      return outcome ?? before;
    });
    const resolutions = new Map(targets.map((target, index) => [target, (outcomes[index] as Outcome).resolution]));
    return { resolutions, retry: outcomes.some(({ settled }) => !settled) };
  }

  /** The storage system says that there is no such disk: whatever was taken for it is to be looked for again. */
  forget({ backend, disk }: OwnedDisk): void {
    const gone = diskKey(backend, disk);
    for (const [identity, { outcome }] of this.#lookups) {
      if (outcome === undefined || !("disk" in outcome.resolution)) continue;
      const known = outcome.resolution.disk;
      if (diskKey(known.backend, known.disk) === gone) this.#lookups.delete(identity);
    }
  }

  #known(identity: unknown): Lookup | undefined {
    const lookup = this.#lookups.get(identity);
    return lookup?.outcome === undefined || lookup.outcome.settled ? lookup : undefined;
  }

  #begin(target: RuleTarget, identity: unknown): Lookup {
    const lookup: Lookup = {
      outcome: undefined,
      before: this.#lookups.get(identity)?.outcome ?? unknownYet,
      done: this.#look(target).then((outcome) => {
        lookup.outcome = outcome;
      }),
    };
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

/** The source gives the same volume object for as long as nothing changes in it. */
function identityOf(target: RuleTarget): unknown {
  return target.kind === "volume" ? target.volume : JSON.stringify([target.backend, target.disk]);
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
