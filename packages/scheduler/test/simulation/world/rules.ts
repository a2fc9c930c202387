import { parseDeltas } from "@k8s-snapshots/retention";
import type { Rule } from "../../../src/rule.ts";
import type { Instant } from "../../../src/state/time.ts";
import { ruleOf } from "../../../src/testing/index.ts";
import type { RuleRecord } from "./call-log.ts";
import type { WorldPlan } from "./world-plan.ts";

/** The rules of all clusters: what people ask for, and what they asked for before. */
export class Rules {
  readonly #current = new Map<string, Map<string, Rule>>();
  readonly #history = new Map<string, RuleRecord[]>();
  readonly #now: () => Instant;
  readonly #onChange: (cluster: string) => void;

  constructor(plan: WorldPlan, now: () => Instant, onChange: (cluster: string) => void) {
    this.#now = now;
    this.#onChange = () => {};
    for (const { disk, cluster, schedule, namespace } of plan.disks) {
      this.set(cluster, ruleOf(schedule, { disk, ...(namespace !== undefined && { namespace }) }));
    }
    this.#onChange = onChange;
  }

  of(cluster: string): readonly Rule[] {
    return [...(this.#current.get(cluster)?.values() ?? [])];
  }

  find(cluster: string, diskId: string): Rule | undefined {
    return this.#current.get(cluster)?.get(diskId);
  }

  /** All that was asked for the disk, the oldest first. */
  history(cluster: string, diskId: string): readonly RuleRecord[] {
    return this.#history.get(`${cluster}/${diskId}`) ?? [];
  }

  set(cluster: string, rule: Rule): void {
    const rules = this.#current.get(cluster) ?? new Map<string, Rule>();
    this.#current.set(cluster, rules.set(rule.disk.id, rule));
    this.#note(cluster, rule.disk.id, rule);
  }

  remove(cluster: string, diskId: string): void {
    this.#current.get(cluster)?.delete(diskId);
    this.#note(cluster, diskId, undefined);
  }

  /** Changes fields of a rule that is there; `undefined` removes one. */
  edit(cluster: string, diskId: string, changes: { readonly [Field in keyof Rule]?: Rule[Field] | undefined }): void {
    const rule = this.find(cluster, diskId);
    if (rule === undefined) return;
    const edited = Object.fromEntries(
      Object.entries({ ...rule, ...changes }).filter(([, value]) => value !== undefined),
    );
    this.set(cluster, edited as unknown as Rule);
  }

  setSchedule(cluster: string, diskId: string, schedule: string): void {
    this.edit(cluster, diskId, { deltas: parseDeltas(schedule), confirmedDeltas: undefined });
  }

  #note(cluster: string, diskId: string, rule: Rule | undefined): void {
    const key = `${cluster}/${diskId}`;
    this.#history.set(key, [...(this.#history.get(key) ?? []), { at: this.#now(), rule }]);
    this.#onChange(cluster);
  }
}
