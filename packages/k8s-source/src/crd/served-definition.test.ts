import { expect, test } from "vitest";
import type { KubernetesClient } from "../client/kubernetes-client.ts";
import { KubernetesApiError } from "../client/kubernetes-error.ts";
import { servedDefinition } from "./served-definition.ts";
import { snapshotRuleSchema } from "./snapshot-rule-schema.ts";

const NAME = "com.elsdoerfer.k8s-snapshots.v1.SnapshotRule";

interface EditableSchema extends Record<string, unknown> {
  required?: string[];
  properties: Record<string, EditableSchema>;
  items: EditableSchema;
}

/** What an API server says of SnapshotRules, after a change to this version's schema. */
function serving(change: (schema: EditableSchema) => void): Pick<KubernetesClient, "request"> {
  const schema = structuredClone(snapshotRuleSchema) as unknown as EditableSchema;
  change(schema);
  return {
    request: async ({ path }) => {
      expect(path).toBe("/openapi/v3/apis/k8s-snapshots.elsdoerfer.com/v1");
      return { components: { schemas: { [`${NAME}List`]: { type: "object" }, [NAME]: schema } } };
    },
  };
}

const failing = (error: Error): Pick<KubernetesClient, "request"> => ({ request: () => Promise.reject(error) });

test("what the API server adds, and another order, do not matter", async () => {
  const client = serving((schema) => {
    schema["x-kubernetes-group-version-kind"] = [{ kind: "SnapshotRule" }];
    schema.properties["metadata"] = { allOf: [] } as unknown as EditableSchema;
    const spec = schema.properties["spec"] as EditableSchema;
    spec["default"] = {};
    spec.properties = Object.fromEntries(Object.entries(spec.properties).reverse());
    schema.properties["spec"] = Object.fromEntries(Object.entries(spec).reverse()) as EditableSchema;
  });
  expect(await servedDefinition(client)).toEqual({ state: "current" });
});

test.each<[string, (schema: EditableSchema) => void, string[]]>([
  ["a field that is missing", ({ properties }) => delete properties["spec"]?.properties["disk"], ["spec.disk"]],
  [
    "a field of another type, and its parent left alone",
    ({ properties }) => {
      (properties["status"]?.properties["snapshotCount"] as EditableSchema)["type"] = "string";
    },
    ["status.snapshotCount"],
  ],
  ["a rule that is missing", ({ properties }) => delete properties["spec"]?.["x-kubernetes-validations"], ["spec"]],
  [
    "a field of a list's items",
    ({ properties }) => delete properties["status"]?.properties["conditions"]?.items.properties["reason"],
    ["status.conditions[].reason"],
  ],
  [
    "no field at all, as the Python daemon's definition had it",
    (schema) => {
      schema.properties = {};
    },
    ["spec", "status"],
  ],
])("names %s", async (_, change, fields) => {
  expect(await servedDefinition(serving(change))).toEqual({ state: "outdated", fields });
});

test("the API group that nobody serves is a definition that is absent", async () => {
  expect(await servedDefinition(failing(new KubernetesApiError(404, "", "404 page not found")))).toEqual({
    state: "absent",
  });
  const client = { request: async () => ({ components: { schemas: { [`${NAME}List`]: {} } } }) };
  expect(await servedDefinition(client)).toEqual({ state: "absent" });
});

test("a refusal is no answer", async () => {
  const refusal = new KubernetesApiError(403, "Forbidden", "not for you");
  await expect(servedDefinition(failing(refusal))).rejects.toBe(refusal);
});
