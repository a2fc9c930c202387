import { parseDeltas } from "@k8s-snapshots/retention";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { SNAPSHOT_RULE_API_VERSION } from "../watch/kubernetes-objects.ts";
import { printSnapshotRuleDefinition, snapshotRuleDefinition } from "./snapshot-rule-definition.ts";
import { snapshotRuleSchema } from "./snapshot-rule-schema.ts";

test("the manifest says what the object says", async () => {
  expect(parse(await printSnapshotRuleDefinition())).toEqual(snapshotRuleDefinition);
});

test("the definition is of the resource that is watched", () => {
  const { spec, metadata } = snapshotRuleDefinition;
  expect(`${spec.group}/${spec.versions[0]?.name}`).toBe(SNAPSHOT_RULE_API_VERSION);
  expect(metadata.name).toBe(`${spec.names.plural}.${spec.group}`);
});

const spec = snapshotRuleSchema.properties?.["spec"];

/** The pattern within the CEL expression. Go's syntax and JavaScript's agree on what it uses. */
function deltasPattern(): RegExp {
  const [validation] = spec?.properties?.["deltas"]?.["x-kubernetes-validations"] ?? [];
  return new RegExp(/^self\.matches\(r'(.*)'\)$/.exec(validation?.rule ?? "")?.[1] as string);
}

test.each([
  "P1D P30D",
  "PT1H P1D P7D",
  "P0.5D PT168.5H",
  "  PT0,5H\n P1W ",
  "P1Y2M3W4DT5H6M7.5S P10Y",
  "+PT1H P1D",
  "P7D P1D",
])("the schema lets %j through, as the parser does", (text) => {
  expect(() => parseDeltas(text)).not.toThrow();
  expect(text).toMatch(deltasPattern());
});

test.each(["", "P1D", "pt1h p1d", "PT1D P7D", "P1H P1D", "P PT", "P1D,P7D", "-P1D P7D", "1h 1d", "P1DT P7D"])(
  "the schema refuses %j, as the parser does",
  (text) => {
    expect(() => parseDeltas(text)).toThrow();
    expect(text).not.toMatch(deltasPattern());
  },
);

test("every field can be explained", () => {
  const status = snapshotRuleSchema.properties?.["status"];
  const objects = [spec, status, status?.properties?.["conditions"]?.items];
  const fields = objects.flatMap((object) => [object, ...Object.values(object?.properties ?? {})]);
  expect(fields.length).toBeGreaterThan(15);
  expect(fields.filter((field) => field?.description === undefined)).toEqual([]);
});
