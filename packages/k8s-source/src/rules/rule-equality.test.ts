import { parseDeltas } from "@k8s-snapshots/retention";
import { describe, expect, test } from "vitest";
import type { VolumeObject } from "../watch/kubernetes-objects.ts";
import { isSameProblem, isSameRule } from "./rule-equality.ts";
import { defaultRuleOptions } from "./rule-options.ts";
import type { RuleProblem } from "./rule-problem.ts";
import type { SourceRule } from "./source-rule.ts";

const metadata = { name: "pv-1", uid: "v", creationTimestamp: "2026-01-01T00:00:00Z" };
const volume: VolumeObject = { metadata, spec: {} };
const claim = { namespace: "shop", name: "data", uid: "c" };
const origin = { apiVersion: "v1", kind: "PersistentVolume", ...metadata } as const;

const rule: SourceRule = {
  id: "PersistentVolume/pv-1",
  name: "pv-pv-1",
  origin,
  target: { kind: "volume", volume, claim },
  deltas: parseDeltas("PT1H P1D"),
  ...defaultRuleOptions,
  pingUrl: undefined,
  warnings: [],
};

const diskRule: SourceRule = { ...rule, target: { kind: "disk", backend: "aws", disk: { volumeId: "vol-1" } } };

const problem: RuleProblem = {
  id: rule.id,
  name: rule.name,
  origin,
  outcome: "waiting",
  reason: "ClaimNotBound",
  message: "waiting",
};

describe("a rule is another one if it has", () => {
  test.each<[string, SourceRule, Partial<SourceRule>]>([
    ["another origin", rule, { origin: { ...origin, uid: "another" } }],
    ["another name", rule, { name: "pv-data" }],
    ["other deltas", rule, { deltas: parseDeltas("PT2H P1D") }],
    ["another deletion policy", rule, { deletionPolicy: "expire" }],
    ["no budget", rule, { ignoreDeletionBudget: true }],
    ["a confirmation", rule, { confirmedDeltas: "PT1H P1D" }],
    ["other parameters", rule, { parameters: { storageLocation: "eu" } }],
    ["a URL to ping", rule, { pingUrl: "https://hc.example/1" }],
    ["a warning", rule, { warnings: ["odd"] }],
    ["a changed volume", rule, { target: { kind: "volume", volume: { metadata, spec: {} }, claim } }],
    ["another claim", rule, { target: { kind: "volume", volume, claim: { ...claim, uid: "d" } } }],
    ["a disk for a volume", rule, { target: diskRule.target }],
    ["another backend", diskRule, { target: { ...diskRule.target, backend: "google" } as SourceRule["target"] }],
    ["a changed disk", diskRule, { target: { kind: "disk", backend: "aws", disk: { volumeId: "vol-2" } } }],
  ])("%s", (_, before, change) => {
    expect(isSameRule(before, { ...before, ...change })).toBe(false);
  });
});

describe("a problem is another one if it has", () => {
  test.each<[string, Partial<RuleProblem>]>([
    ["another origin", { origin: { ...origin, uid: "another" } }],
    ["another name", { name: "pv-data" }],
    ["another reason", { reason: "VolumeNotFound" }],
    ["another message", { message: "still waiting" }],
    ["a target", { target: rule.target }],
    ["another outcome", { outcome: "refused" }],
    ["another rule that takes precedence", { supersededBy: "SnapshotRule/default/other" }],
  ])("%s", (_, change) => {
    expect(isSameProblem(problem, { ...problem, ...change })).toBe(false);
  });
});

test("what is derived again and says the same is the same", () => {
  expect(isSameRule(rule, { ...rule, deltas: parseDeltas("PT1H P1D"), target: { ...rule.target } })).toBe(true);
  expect(isSameProblem(problem, { ...problem, target: undefined as never })).toBe(true);
});
