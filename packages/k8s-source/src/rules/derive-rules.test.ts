import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { ClaimObject, SnapshotRuleObject, VolumeObject } from "../watch/kubernetes-objects.ts";
import { projectClaim, projectSnapshotRule, projectVolume } from "../watch/project-objects.ts";
import { deriveRules } from "./derive-rules.ts";
import { RuleIndex } from "./rule-index.ts";
import type { RuleProblem } from "./rule-problem.ts";
import { annotationKeys, defaultRuleSettings, type RuleSettings } from "./rule-settings.ts";
import type { RuleTarget, SourceRule } from "./source-rule.ts";

/** See scenarios/README.md. */
interface Scenario {
  readonly name: string;
  readonly settings?: Partial<RuleSettings>;
  readonly steps: readonly Step[];
}

interface Step {
  readonly apply?: readonly Manifest[];
  readonly delete?: readonly string[];
  readonly rules?: Readonly<Record<string, unknown>>;
  readonly problems?: Readonly<Record<string, ExpectedProblem>>;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: Readonly<Record<string, string>>;
}

interface ExpectedProblem {
  readonly says?: string;
}

const folder = new URL("../../scenarios/", import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
const scenarios = files.flatMap((file) => parse(readFileSync(new URL(file, folder), "utf8")) as Scenario[]);

test.each(scenarios)("$name", ({ settings: changed, steps }) => {
  // The seed's manifests are in `default`.
  const trustedNamespaces = new Set(["kube-system", "k8s-snapshots", "default"]);
  const settings: RuleSettings = { ...defaultRuleSettings("k8s-snapshots"), trustedNamespaces, ...changed };
  const cluster = new Cluster(settings);
  const ruleIndex = new RuleIndex(cluster, settings);
  steps.forEach((step, index) => {
    const applied = (step.apply ?? []).map((manifest) => cluster.apply(manifest));
    for (const path of step.delete ?? []) cluster.remove(path);
    ruleIndex.update([...applied, ...(step.delete ?? [])]);
    const { rules, problems } = ruleIndex;
    const inStep = `step ${index + 1}`;
    expect(summarize(rules, summarizeRule), inStep).toEqual(step.rules ?? {});
    expectProblems(problems, step.problems ?? {}, inStep);
    const atOnce = deriveRules(cluster, settings);
    expect(new Map(rules), inStep).toEqual(new Map(atOnce.rules));
    expect(new Map(problems), inStep).toEqual(new Map(atOnce.problems));
  });
});

class Cluster {
  readonly volumes: Map<string, VolumeObject> = new Map();
  readonly claims: Map<string, ClaimObject> = new Map();
  readonly snapshotRules: Map<string, SnapshotRuleObject> = new Map();
  readonly #settings: RuleSettings;

  constructor(settings: RuleSettings) {
    this.#settings = settings;
  }

  /** Returns the object's path. */
  apply(manifest: Manifest): string {
    const { kind, metadata } = manifest;
    const object = {
      ...manifest,
      metadata: { uid: `uid-${metadata["name"]}`, creationTimestamp: "2026-01-01T00:00:00Z", ...metadata },
    };
    const key = kind === "PersistentVolume" ? `${metadata["name"]}` : `${metadata["namespace"]}/${metadata["name"]}`;
    const keys = annotationKeys(this.#settings.deltasAnnotationKey);
    if (kind === "PersistentVolume") this.volumes.set(key, projectVolume(object));
    else if (kind === "PersistentVolumeClaim") this.claims.set(key, projectClaim(object, keys));
    else this.snapshotRules.set(key, projectSnapshotRule(object, keys));
    return `${kind}/${key}`;
  }

  remove(path: string): void {
    const slash = path.indexOf("/");
    const stores: Record<string, Map<string, unknown>> = {
      PersistentVolume: this.volumes,
      PersistentVolumeClaim: this.claims,
      SnapshotRule: this.snapshotRules,
    };
    expect(stores[path.slice(0, slash)]?.delete(path.slice(slash + 1)), path).toBe(true);
  }
}

function summarizeRule(rule: SourceRule): Record<string, unknown> {
  return {
    name: rule.name,
    deltas: rule.deltas.text,
    ...summarizeTarget(rule.target),
    ...(rule.deletionPolicy !== "retain" && { deletionPolicy: rule.deletionPolicy }),
    ...(rule.ignoreDeletionBudget && { ignoreDeletionBudget: true }),
    ...(rule.confirmedDeltas !== undefined && { confirmedDeltas: rule.confirmedDeltas }),
    ...(Object.keys(rule.parameters).length > 0 && { parameters: rule.parameters }),
    ...(rule.pingUrl !== undefined && { pingUrl: rule.pingUrl }),
    ...(rule.warnings.length > 0 && { warnings: rule.warnings }),
  };
}

function summarizeProblem(problem: RuleProblem): Record<string, unknown> {
  return {
    outcome: problem.outcome,
    reason: problem.reason,
    ...(problem.target && summarizeTarget(problem.target)),
    ...(problem.supersededBy !== undefined && { supersededBy: problem.supersededBy }),
  };
}

function summarizeTarget(target: RuleTarget): Record<string, unknown> {
  if (target.kind === "disk") return { backend: target.backend, disk: target.disk };
  return { volume: target.volume.metadata.name, ...(target.claim && { claim: target.claim.uid }) };
}

function expectProblems(
  problems: ReadonlyMap<string, RuleProblem>,
  expected: Record<string, ExpectedProblem>,
  inStep: string,
): void {
  const withoutSays = Object.entries(expected).map(([id, { says: _, ...rest }]) => [id, rest]);
  expect(summarize(problems, summarizeProblem), inStep).toEqual(Object.fromEntries(withoutSays));
  for (const problem of problems.values()) {
    const { says } = expected[problem.id] ?? {};
    if (says !== undefined) expect(problem.message, inStep).toContain(says);
  }
}

function summarize<T>(items: ReadonlyMap<string, T>, summary: (item: T) => unknown): unknown {
  return Object.fromEntries([...items].map(([id, item]) => [id, summary(item)]));
}

test("disks and volumes may be named in kube-system and in the daemon's own namespace, unless the operator says otherwise", () => {
  const settings = defaultRuleSettings("k8s-snapshots");
  const cluster = new Cluster(settings);
  for (const namespace of ["kube-system", "k8s-snapshots", "default", "shop"]) {
    const metadata = { namespace, name: "disk" };
    cluster.apply({
      kind: "SnapshotRule",
      metadata,
      spec: { deltas: "PT1H P1D", backend: "aws", disk: {} },
    } as Manifest);
  }
  const { rules, problems } = deriveRules(cluster, settings);
  expect([...rules.keys()]).toEqual(["SnapshotRule/kube-system/disk", "SnapshotRule/k8s-snapshots/disk"]);
  expect([...problems.values()].map(({ id, reason }) => `${id} ${reason}`)).toEqual([
    "SnapshotRule/default/disk DiskNotAllowedInNamespace",
    "SnapshotRule/shop/disk DiskNotAllowedInNamespace",
  ]);
});
