import { isBackendError } from "@k8s-snapshots/backend-api";
import type { RuleSet, RuleTarget } from "@k8s-snapshots/k8s-source";
import type { BackendRegistry } from "../backends/backend-registry.ts";
import type { Resolution } from "./resolved-rules.ts";

/** Tells which disks the targets of rules are, and remembers it for as long as a target stays the same. */
export class DiskResolver {
  readonly #registry: Pick<BackendRegistry, "diskForVolume" | "diskForSpec">;
  #known = new Map<unknown, Resolution>();

  constructor(registry: Pick<BackendRegistry, "diskForVolume" | "diskForSpec">) {
    this.#registry = registry;
  }

  /** Never rejects: what cannot be told has its reason in the answer. */
  async resolve(set: RuleSet): Promise<{ resolutions: ReadonlyMap<RuleTarget, Resolution>; retry: boolean }> {
    const targets = [...set.rules, ...set.problems].flatMap(({ target }) => (target === undefined ? [] : [target]));
    const resolutions = new Map<RuleTarget, Resolution>();
    const known = new Map<unknown, Resolution>();
    let retry = false;
    for (const target of targets) {
      const identity = identityOf(target);
      const before = known.get(identity) ?? this.#known.get(identity);
      const { resolution, settled } =
        before === undefined ? await this.#look(target) : { resolution: before, settled: true };
      resolutions.set(target, resolution);
      if (settled) known.set(identity, resolution);
      else retry = true;
    }
    this.#known = known;
    return { resolutions, retry };
  }

  async #look(target: RuleTarget): Promise<{ resolution: Resolution; settled: boolean }> {
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
      const message = error instanceof Error ? error.message : String(error);
      if (!isBackendError(error)) return { resolution: { reason: "VolumeUnsupported", message }, settled: true };
      return { resolution: { reason: "DiskNotFound", message }, settled: error.code === "invalid" };
    }
  }
}

/** The source gives the same volume object for as long as nothing changes in it. */
function identityOf(target: RuleTarget): unknown {
  return target.kind === "volume" ? target.volume : JSON.stringify([target.backend, target.disk]);
}
