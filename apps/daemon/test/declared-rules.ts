import { defaultRuleOptions, type ObjectIdentity, type SourceRule } from "@k8s-snapshots/k8s-source";
import { parseDeltas } from "@k8s-snapshots/retention";
import type { Rule } from "@k8s-snapshots/scheduler";
import type { Finding, ResolvedChanges, ResolvedRule } from "../src/rules/resolved-rule.ts";

/** The object of a path, such as `PersistentVolumeClaim/default/data`. */
export function originOf(path: string): ObjectIdentity {
  const [kind, ...rest] = path.split("/");
  return {
    apiVersion: "v1",
    kind: kind as ObjectIdentity["kind"],
    name: rest.at(-1) as string,
    uid: path,
    creationTimestamp: "2026-01-01T00:00:00Z",
  };
}

/** The rule that the object of a path declares: hourly for a day, of a disk of its own. */
export function declaredRule(path: string, changes: Partial<SourceRule> = {}): SourceRule {
  return {
    id: path,
    name: `name-of-${path}`,
    origin: originOf(path),
    target: { kind: "disk", backend: "aws", disk: { region: "eu-west-1", volumeId: path } },
    deltas: parseDeltas("PT1H P1D"),
    ...defaultRuleOptions,
    pingUrl: undefined,
    warnings: [],
    ...changes,
  };
}

/** What became of what objects declare, from one round to the next, as those hear of it who report. */
export class ResolvedWorld {
  #before = new Map<string, ResolvedRule>();

  /** All that is declared now. */
  next(...now: ({ readonly rule: Rule } | { readonly finding: Finding })[]): ResolvedChanges {
    const before = this.#before;
    const after = new Map(now.map(resolved));
    this.#before = after;
    const ids = new Set([...before.keys(), ...after.keys()]);
    return new Map([...ids].map((id) => [id, { before: before.get(id), after: after.get(id) }]));
  }
}

function resolved(one: { readonly rule: Rule } | { readonly finding: Finding }): [string, ResolvedRule] {
  const { id } = "rule" in one ? one.rule : one.finding;
  return [id, { origin: originOf(id), warnings: [], rule: undefined, finding: undefined, ...one }];
}
