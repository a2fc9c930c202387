import type { RuleTarget } from "@k8s-snapshots/k8s-source";
import { diskKey, type Rule, type RuleChanges } from "@k8s-snapshots/scheduler";
import type { OwnedDisk } from "../backends/backend-registry.ts";
import { type DiskRule, isRule, parameterWarnings, ruleOfDisk } from "./disk-rule.ts";
import type {
  Declared,
  FailedResolution,
  Finding,
  Resolution,
  ResolvedChange,
  ResolvedChanges,
  ResolvedRule,
} from "./resolved-rule.ts";

interface Entry {
  readonly declared: Declared;
  readonly resolution: Resolution | undefined;
}

/** A disk, and the objects that are meant for it. */
interface DiskEntry {
  readonly disk: OwnedDisk;
  readonly ids: readonly string[];
}

/** What is new after {@link ResolvedRules.update}. */
export interface RulesUpdate {
  /** For the scheduler. */
  readonly rules: RuleChanges;

  /** For whoever reports. */
  readonly changes: ResolvedChanges;
}

/**
 * The scheduler's rules, made of what the cluster's objects declare: each with its disk, one for each disk. Kept up with the
 * objects: an update costs what changed, not what exists.
 */
export class ResolvedRules {
  readonly #entries = new Map<string, Entry>();
  readonly #disks = new Map<string, DiskEntry>();
  readonly #resolved = new Map<string, ResolvedRule>();
  readonly #unresolved = new Map<string, string>();
  readonly #parametersOf: (backend: string) => readonly string[];

  /** @param parametersOf - names of the parameters that a backend has */
  constructor(parametersOf: (backend: string) => readonly string[]) {
    this.#parametersOf = parametersOf;
  }

  /** What became of what each object declares, by its id. */
  get all(): ReadonlyMap<string, ResolvedRule> {
    return this.#resolved;
  }

  /** One a disk at the most. */
  get rules(): readonly Rule[] {
    return [...this.#resolved.values()].flatMap(({ rule }) => (rule === undefined ? [] : [rule]));
  }

  get findings(): readonly Finding[] {
    return [...this.#resolved.values()].flatMap(({ finding }) => (finding === undefined ? [] : [finding]));
  }

  /** Names of rules whose disk could not be determined: see `Scheduler.setRules`. */
  get unresolved(): ReadonlySet<string> {
    return new Set(this.#unresolved.values());
  }

  /** The targets that a disk was found for, by the id of what declares them. */
  targetsOf({ backend, disk }: OwnedDisk): ReadonlyMap<string, RuleTarget> {
    const { ids = [] } = this.#disks.get(diskKey(backend, disk)) ?? {};
    return new Map(ids.map((id) => [id, this.#entries.get(id)?.declared.target as RuleTarget]));
  }

  /**
   * @param declared - what objects declare now, by id; `undefined` for one that declares nothing any more
   * @param resolutions - for each target among them
   */
  update(
    declared: ReadonlyMap<string, Declared | undefined>,
    resolutions: ReadonlyMap<RuleTarget, Resolution>,
  ): RulesUpdate {
    const touched = new Set(declared.keys());
    const disks = new Map<string, OwnedDisk>();
    for (const [id, one] of declared) {
      const before = this.#remove(id);
      const after = one && this.#add(one, one.target && resolutions.get(one.target));
      for (const disk of [before, after]) if (disk !== undefined) disks.set(diskKey(disk.backend, disk.disk), disk);
    }

    const rules = { set: [] as Rule[], removed: [] as OwnedDisk[] };
    const outcomes: DiskRule[] = [];
    for (const [key, disk] of disks) {
      const { ids = [] } = this.#disks.get(key) ?? {};
      for (const id of ids) touched.add(id);
      const outcome = ruleOfDisk(
        disk,
        ids.map((id) => (this.#entries.get(id) as Entry).declared),
        this.#parametersOf(disk.backend),
      );
      outcomes.push(outcome);
      if (outcome.rule === undefined) rules.removed.push(disk);
      else rules.set.push(outcome.rule);
    }

    const ruleOf = new Map(outcomes.flatMap(({ rule }) => (rule === undefined ? [] : [[rule.id, rule] as const])));
    const superseded = new Map(outcomes.flatMap((outcome) => [...outcome.superseded]));
    const changes = new Map<string, ResolvedChange>();
    for (const id of touched) changes.set(id, this.#replace(id, ruleOf.get(id), superseded.get(id)));
    return { rules, changes };
  }

  /** @returns the disk that it was meant for */
  #remove(id: string): OwnedDisk | undefined {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    this.#unresolved.delete(id);
    const disk = entry && diskOf(entry);
    if (disk === undefined) return undefined;
    const key = diskKey(disk.backend, disk.disk);
    const left = this.#disks.get(key)?.ids.filter((other) => other !== id) ?? [];
    if (left.length === 0) this.#disks.delete(key);
    else this.#disks.set(key, { disk, ids: left });
    return disk;
  }

  /** @returns the disk that it is meant for */
  #add(declared: Declared, resolution: Resolution | undefined): OwnedDisk | undefined {
    const { id, name } = declared;
    const entry = { declared, resolution };
    this.#entries.set(id, entry);
    const isSuperseded = "outcome" in declared && declared.outcome === "superseded";
    if (!isSuperseded && !hasDisk(resolution)) this.#unresolved.set(id, name);
    const disk = diskOf(entry);
    if (disk === undefined) return undefined;
    const key = diskKey(disk.backend, disk.disk);
    const known = this.#disks.get(key);
    const ids = known === undefined ? [id] : known.ids.concat(id);
    this.#disks.set(key, { disk: known?.disk ?? disk, ids });
    return disk;
  }

  #parameterWarnings({ declared, resolution }: Entry): readonly string[] {
    if (!isRule(declared) || !hasDisk(resolution)) return [];
    const { backend } = resolution.disk;
    return parameterWarnings(declared, backend, this.#parametersOf(backend));
  }

  #replace(id: string, rule: Rule | undefined, superseded: string | undefined): ResolvedChange {
    const before = this.#resolved.get(id);
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      this.#resolved.delete(id);
      return { before, after: undefined };
    }
    const { declared } = entry;
    const unknown = this.#parameterWarnings(entry);
    const warnings = isRule(declared) ? declared.warnings : [];
    const after: ResolvedRule = {
      origin: declared.origin,
      ...(declared.target && { target: declared.target }),
      ...(isRule(declared) && declared.pingUrl !== undefined && { pingUrl: declared.pingUrl }),
      warnings: unknown.length === 0 ? warnings : [...warnings, ...unknown],
      rule,
      finding: findingOf(entry, superseded),
    };
    this.#resolved.set(id, after);
    return { before, after };
  }
}

/** Of a problem only one that is refused is about a disk: what waits will be a rule by itself, and what is superseded has one. */
function diskOf({ declared, resolution }: Entry): OwnedDisk | undefined {
  if ("outcome" in declared && declared.outcome !== "refused") return undefined;
  return hasDisk(resolution) ? resolution.disk : undefined;
}

function hasDisk(resolution: Resolution | undefined): resolution is { readonly disk: OwnedDisk } {
  return resolution !== undefined && "disk" in resolution;
}

function findingOf({ declared, resolution }: Entry, superseded: string | undefined): Finding | undefined {
  const { id, name } = declared;
  if ("outcome" in declared) return { id, name, reason: declared.reason, message: declared.message };
  if (!hasDisk(resolution)) return { id, name, ...(resolution ?? notKnownYet) };
  return superseded === undefined ? undefined : { id, name, reason: "SupersededByAnotherRule", message: superseded };
}

const notKnownYet: FailedResolution = { reason: "DiskNotFound", message: "its disk is not known yet" };
