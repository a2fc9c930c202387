import type { ClusterObjects } from "../watch/kubernetes-objects.ts";
import { createDeltasReader } from "./deltas-reader.ts";
import { MultiMap } from "./multi-map.ts";
import { NamespaceLimit } from "./namespace-limit.ts";
import { objectCandidate } from "./object-candidate.ts";
import { byPrecedence, supersededProblem } from "./precedence.ts";
import { RecordedObjects } from "./recorded-objects.ts";
import type { DerivationContext, RuleCandidate } from "./rule-candidate.ts";
import { isSameProblem, isSameRule } from "./rule-equality.ts";
import type { RuleProblem } from "./rule-problem.ts";
import type { RuleSet, RuleSetChanges } from "./rule-set.ts";
import { annotationKeys, type RuleSettings } from "./rule-settings.ts";
import type { SourceRule } from "./source-rule.ts";

/**
 * The rules of a cluster, kept up with its objects: an update costs what changed, not what exists. Which rules there are
 * follows from the objects alone, not from the order in which they came.
 */
export class RuleIndex implements RuleSet {
  readonly rules: Map<string, SourceRule> = new Map();
  readonly problems: Map<string, RuleProblem> = new Map();
  readonly #context: DerivationContext;
  readonly #objects: RecordedObjects;
  readonly #limit: NamespaceLimit;
  /** What each object declares by itself, before it is compared with others. */
  readonly #candidates: Map<string, RuleCandidate> = new Map();
  /** Paths of the other objects that a candidate was derived from, and the other way round. */
  readonly #dependencies: Map<string, readonly string[]> = new Map();
  readonly #dependents = new MultiMap();
  /** Ids of the rules that want one volume, by its name. */
  readonly #rivals = new MultiMap();

  /** @param objects - read at each update; they may change between two */
  constructor(objects: ClusterObjects, settings: RuleSettings) {
    this.#objects = new RecordedObjects(objects);
    const keys = annotationKeys(settings.deltasAnnotationKey);
    this.#context = { objects: this.#objects, settings, keys, readDeltas: createDeltasReader() };
    this.#limit = new NamespaceLimit(settings.maxRulesPerNamespace);
  }

  /**
   * @param changed - paths of objects that came, changed or went, as `objectPath` has them
   * @returns what differs in the set from before
   */
  update(changed: Iterable<string>): RuleSetChanges {
    const touched = new Set(changed);
    for (const path of [...touched]) for (const id of this.#dependents.of(path)) touched.add(id);
    for (const id of touched) this.#derive(id);
    for (const id of this.#limit.settle()) touched.add(id);

    const winners = new Map<string, SourceRule>();
    for (const volume of [...touched].flatMap((id) => this.#place(id))) {
      if (winners.has(volume)) continue;
      const rivals = this.#rivals.of(volume);
      for (const id of rivals) touched.add(id);
      const [winner] = rivals.map((id) => this.#rule(id)).sort(byPrecedence);
      if (winner !== undefined) winners.set(volume, winner);
    }

    const changes: CollectedChanges = { added: [], updated: [], removed: [], problems: [], solved: [] };
    for (const id of touched) this.#replace(id, this.#outcome(id, winners), changes);
    return changes;
  }

  /** Reads what the object declares now. */
  #derive(id: string): void {
    const before = this.#candidates.get(id);
    const after = sameOrNew(before, objectCandidate(id, this.#context));
    const dependencies = this.#objects.taken().filter((path) => path !== id);
    for (const path of this.#dependencies.get(id) ?? []) this.#dependents.delete(path, id);
    this.#dependencies.delete(id);
    if (before !== undefined) this.#limit.remove(declaredBy(before));
    this.#candidates.delete(id);
    if (after === undefined) return;

    if (dependencies.length > 0) this.#dependencies.set(id, dependencies);
    for (const path of dependencies) this.#dependents.add(path, id);
    this.#limit.add(declaredBy(after));
    this.#candidates.set(id, after);
  }

  /** Puts the object among the rivals for its volume. Returns the volumes that it was for and is for. */
  #place(id: string): string[] {
    const before = this.rules.get(id) ?? supersededOnly(this.problems.get(id));
    const after = this.#admitted(id);
    const volumeBefore = before && volumeOf(before);
    const volumeAfter = after && "rule" in after ? volumeOf(after.rule) : undefined;
    if (volumeBefore !== undefined && volumeBefore !== volumeAfter) this.#rivals.delete(volumeBefore, id);
    if (volumeAfter !== undefined) this.#rivals.add(volumeAfter, id);
    return [volumeBefore, volumeAfter].filter((volume) => volume !== undefined);
  }

  /** What the object declares, if its namespace has not too many already. */
  #admitted(id: string): RuleCandidate | undefined {
    const candidate = this.#candidates.get(id);
    if (candidate === undefined) return undefined;
    const declared = declaredBy(candidate);
    if (this.#limit.admits(id, declared.origin.namespace)) return candidate;
    return { problem: tooManyRules(declared, this.#context.settings.maxRulesPerNamespace) };
  }

  /** Disks that are named otherwise than by a volume are compared by whoever can ask their backend. */
  #outcome(id: string, winners: ReadonlyMap<string, SourceRule>): RuleCandidate | undefined {
    const candidate = this.#admitted(id);
    if (candidate === undefined || "problem" in candidate) return candidate;
    const winner = winners.get(volumeOf(candidate.rule) ?? "");
    if (winner === undefined || winner.id === id) return candidate;
    return { problem: supersededProblem(candidate.rule, winner) };
  }

  /** A rule that is among the rivals for a volume. */
  #rule(id: string): SourceRule {
    return declaredBy(this.#candidates.get(id) as RuleCandidate) as SourceRule;
  }

  /** What says the same as before stays the same object. */
  #replace(id: string, outcome: RuleCandidate | undefined, changes: CollectedChanges): void {
    const ruleBefore = this.rules.get(id);
    const rule = outcome && "rule" in outcome ? outcome.rule : undefined;
    if (rule === undefined) {
      this.rules.delete(id);
      if (ruleBefore !== undefined) changes.removed.push(ruleBefore);
    } else if (ruleBefore === undefined || !isSameRule(ruleBefore, rule)) {
      this.rules.set(id, rule);
      if (ruleBefore === undefined) changes.added.push(rule);
      else changes.updated.push({ before: ruleBefore, after: rule });
    }

    const problemBefore = this.problems.get(id);
    const problem = outcome && "problem" in outcome ? outcome.problem : undefined;
    if (problem === undefined) {
      this.problems.delete(id);
      if (problemBefore !== undefined) changes.solved.push(problemBefore);
    } else if (problemBefore === undefined || !isSameProblem(problemBefore, problem)) {
      this.problems.set(id, problem);
      changes.problems.push(problem);
    }
  }
}

/** {@link RuleSetChanges}, while they are being collected. */
interface CollectedChanges {
  readonly added: SourceRule[];
  readonly updated: { readonly before: SourceRule; readonly after: SourceRule }[];
  readonly removed: SourceRule[];
  readonly problems: RuleProblem[];
  readonly solved: RuleProblem[];
}

/** What says the same as before stays the same object: it is held once, wherever it is held. */
function sameOrNew(before: RuleCandidate | undefined, after: RuleCandidate | undefined): RuleCandidate | undefined {
  if (before === undefined || after === undefined) return after;
  const isSame =
    "rule" in before
      ? "rule" in after && isSameRule(before.rule, after.rule)
      : "problem" in after && isSameProblem(before.problem, after.problem);
  return isSame ? before : after;
}

function declaredBy(candidate: RuleCandidate): SourceRule | RuleProblem {
  return "rule" in candidate ? candidate.rule : candidate.problem;
}

/** Only what would be a rule by itself is a rival for its volume. */
function supersededOnly(problem: RuleProblem | undefined): RuleProblem | undefined {
  return problem?.outcome === "superseded" ? problem : undefined;
}

function volumeOf({ target }: Pick<RuleProblem, "target">): string | undefined {
  return target?.kind === "volume" ? target.volume.metadata.name : undefined;
}

/** Nothing is taken for it, and nothing deleted: see {@link RuleProblem.target}. */
function tooManyRules({ id, name, origin, target }: SourceRule | RuleProblem, most: number): RuleProblem {
  const message =
    `more than ${most} objects in namespace ${origin.namespace} ask for snapshots, and this is not one of the ${most} ` +
    "oldest: delete some, or have the operator raise MAX_RULES_PER_NAMESPACE";
  const problem = { id, name, origin, outcome: "refused", reason: "TooManyRulesInNamespace", message } as const;
  return target === undefined ? problem : { ...problem, target };
}
