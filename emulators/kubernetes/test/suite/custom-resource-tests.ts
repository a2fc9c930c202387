import { beforeAll, expect, test, vi } from "vitest";
import { type Answer, asTable, strategicMergePatch } from "./api-client.ts";
import { widgetDefinition, widgetSchema } from "./objects.ts";
import type { Context } from "./suite-context.ts";

/** The real server takes up definitions a moment after it has answered. */
const patience = { timeout: 120_000, interval: 50 };
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

export function customResourceTests(context: Context): void {
  let group: string;
  let path: string;

  const widget = (name: string, spec: object, metadata: object = {}): object => ({
    apiVersion: `${group}/v1`,
    kind: "Widget",
    metadata: { name, ...metadata },
    spec,
  });

  beforeAll(async () => {
    const { client, namespace, uniqueName } = context();
    group = `${uniqueName("parity")}.example.org`;
    path = `/apis/${group}/v1/namespaces/${namespace}/widgets`;
    const made = await client.post(definitions, widgetDefinition(group));
    expect(made.code).toBe(201);
    expect(made.body.spec.names).toMatchObject({ singular: "widget", listKind: "WidgetList" });
    await vi.waitFor(async () => expect((await client.get(path)).code).toBe(200), patience);
  }, 30_000);

  test("the definition is established, and its resource discovered", async () => {
    const { client } = context();
    const { body } = await client.get(`${definitions}/widgets.${group}`);
    const conditions = body.status.conditions.map(({ type, status }: { type: string; status: string }) => [
      type,
      status,
    ]);
    expect(conditions).toEqual([
      ["NamesAccepted", "True"],
      ["Established", "True"],
    ]);
    expect(body.status).toMatchObject({ acceptedNames: { plural: "widgets", kind: "Widget" }, storedVersions: ["v1"] });
    const discovered = await client.get(`/apis/${group}/v1`);
    expect(discovered.body.resources).toMatchObject([
      { name: "widgets", singularName: "widget", namespaced: true, kind: "Widget", shortNames: ["wi"] },
      { name: "widgets/status", verbs: ["get", "patch", "update"] },
    ]);
  });

  test("a definition must be named for what it defines", async () => {
    const { client } = context();
    const misnamed = { ...widgetDefinition(group), metadata: { name: `gadgets.${group}` } };
    expect(await client.post(definitions, misnamed)).toMatchObject({ code: 422, body: { reason: "Invalid" } });
  });

  test("unknown fields are dropped, defaults filled in", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("pruned");
    const { code, body } = await client.post(
      path,
      widget(name, { size: "XL", unknown: 1, free: { any: { thing: 1 } } }),
    );
    expect(code).toBe(201);
    expect(body.spec).toEqual({ size: "XL", color: "red", free: { any: { thing: 1 } } });
    expect(body.metadata.generation).toBe(1);
    expect((await client.get(path)).body.items[0]).toMatchObject({ apiVersion: `${group}/v1`, kind: "Widget" });
  });

  test("the schema is in the OpenAPI document of its group and version, under a name made of these and the kind", async () => {
    const { client } = context();
    const read = (): Promise<Answer> => client.get(`/openapi/v3/apis/${group}/v1`);
    await vi.waitFor(async () => expect((await read()).code).toBe(200), patience);
    const { schemas } = (await read()).body.components;
    const schema = schemas[`${group.split(".").reverse().join(".")}.v1.Widget`];
    expect(schema["x-kubernetes-group-version-kind"]).toEqual([{ group, version: "v1", kind: "Widget" }]);
    const { spec, status } = widgetSchema.properties;
    expect(schema.properties).toMatchObject({ spec, status });
    expect((await client.get("/openapi/v3/apis/absent.example.org/v1")).code).toBe(404);
  });

  test("every fault against the schema is named", async () => {
    const { client } = context();
    const { code, body } = await client.post(path, widget("bad", { size: 1, color: "green", count: 0, tags: [1] }));
    expect(code).toBe(422);
    const causes: { field: string; message: string }[] = body.details.causes;
    // The real server names them in no particular order.
    expect(causes.map(({ field, message }) => `${field}: ${message}`).toSorted()).toEqual([
      'spec.color: Unsupported value: "green": supported values: "red", "blue"',
      "spec.count: Invalid value: 0: spec.count in body should be greater than or equal to 1",
      'spec.size: Invalid value: "integer": spec.size in body must be of type string: "integer"',
      'spec.tags[0]: Invalid value: "integer": spec.tags[0] in body must be of type string: "integer"',
    ]);
    const missing = await client.post(path, widget("bad", {}));
    expect(missing.body.message).toBe(`Widget.${group} "bad" is invalid: spec.size: Required value`);
    expect(missing.body.details).toMatchObject({ group, kind: "Widget", causes: [{ reason: "FieldValueRequired" }] });
    const short = await client.post(path, widget("bad", { size: "X" }));
    expect(short.body.message).toContain("spec.size in body should be at least 2 chars long");
  });

  test("status and spec are written apart, and only the spec counts as a generation", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("status");
    await client.post(path, widget(name, { size: "XL" }));
    const ignored = await client.patch(`${path}/${name}`, { status: { ready: true } });
    expect(ignored.body.status).toBeUndefined();
    const all = { status: { ready: true }, spec: { size: "XS" }, metadata: { annotations: { a: "b" } } };
    const status = await client.patch(`${path}/${name}/status`, all);
    expect(status.body).toMatchObject({ status: { ready: true }, spec: { size: "XL" }, metadata: { generation: 1 } });
    expect(status.body.metadata.annotations).toBeUndefined();
    const labelled = await client.patch(`${path}/${name}`, { metadata: { labels: { a: "b" } } });
    expect(labelled.body.metadata.generation).toBe(1);
    const changed = await client.patch(`${path}/${name}`, { spec: { size: "XS" } });
    expect(changed.body).toMatchObject({ status: { ready: true }, spec: { size: "XS" }, metadata: { generation: 2 } });
  });

  test("updates need a version, and patches a form that custom resources know", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("strict");
    await client.post(path, widget(name, { size: "XL" }));
    expect(await client.put(`${path}/${name}`, widget(name, { size: "XS" }))).toMatchObject({
      code: 422,
      body: { details: { causes: [{ field: "metadata.resourceVersion" }] } },
    });
    expect((await client.patch(`${path}/${name}`, { spec: {} }, strategicMergePatch)).code).toBe(415);
  });

  test("its columns are printed", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("printed");
    await client.post(path, widget(name, { size: "XL", count: 3 }));
    await client.patch(`${path}/${name}/status`, { status: { conditions: [{ type: "Ready", status: "True" }] } });
    const { body } = await client.get(`${path}?fieldSelector=metadata.name=${name}`, asTable);
    const columns = body.columnDefinitions.map((column: { name: string; type: string; priority: number }) => [
      column.name,
      column.type,
      column.priority,
    ]);
    expect(columns).toEqual([
      ["Name", "string", 0],
      ["Size", "string", 0],
      ["Ready", "string", 0],
      ["Count", "integer", 1],
      ["Last", "date", 0],
      ["Age", "date", 0],
    ]);
    expect(body.rows[0].cells).toEqual([name, "XL", "True", 3, null, expect.stringMatching(/^\d+s$/)]);
  });

  test("a deletion answers a status", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("gone");
    await client.post(path, widget(name, { size: "XL" }));
    expect(await client.delete(`${path}/${name}`)).toMatchObject({
      body: { status: "Success", details: { name, group } },
    });
    expect((await client.get(`${path}/${name}`)).body.message).toBe(`widgets.${group} "${name}" not found`);
  });

  test("the resource goes with its definition", async () => {
    const { client } = context();
    expect((await client.delete(`${definitions}/widgets.${group}`)).code).toBe(200);
    await vi.waitFor(async () => expect((await client.get(path)).code).toBe(404), patience);
  });
}
