import { parseDeltas } from "@k8s-snapshots/retention";
import { describe, expect, it } from "vitest";
import { byPrecedence, supersededMessage } from "./precedence.ts";
import type { SourceRule } from "./source-rule.ts";

function ruleOf(
  name: string,
  deltas: string,
  { kind = "SnapshotRule", created = "2026-01-01T00:00:00Z", uid = name } = {},
): SourceRule {
  const origin = { apiVersion: "v1", kind, namespace: "team", name, uid, creationTimestamp: created };
  return { id: `${kind}/team/${name}`, origin, deltas: parseDeltas(deltas) } as unknown as SourceRule;
}

describe("of rules for one disk", () => {
  it("the oldest goes first", () => {
    const rules = [ruleOf("a", "PT1H P1D", { created: "2026-01-02T00:00:00Z" }), ruleOf("b", "PT1H P1D")];
    expect(rules.sort(byPrecedence)[0]?.origin.name).toBe("b");
  });

  it("cli-10: of those made in one second the first by name does, whatever their uids", () => {
    const rules = [ruleOf("weekly", "P7D P30D", { uid: "1" }), ruleOf("hourly", "PT1H P1D", { uid: "2" })];
    expect(rules.sort(byPrecedence)[0]?.origin.name).toBe("hourly");
  });

  it("cli-10: the message says how to have what both ask for", () => {
    expect(supersededMessage(ruleOf("weekly", "P7D P30D"), ruleOf("hourly", "PT1H P1D"))).toBe(
      'SnapshotRule/team/hourly is a rule for the same disk and takes precedence: remove this one, or write "PT1H P1D P7D P30D" there to have both',
    );
    expect(supersededMessage(ruleOf("same", "P1D PT1H"), ruleOf("hourly", "PT1H P1D"))).toBe(
      "SnapshotRule/team/hourly is a rule for the same disk and takes precedence: remove this one",
    );
  });
});
