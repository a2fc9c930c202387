import { expect, test } from "vitest";
import { claim, configMap, volume } from "./objects.ts";
import type { Context } from "./suite-context.ts";

export function createTests(context: Context): void {
  test("a volume gets identity and defaults", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("volume");
    const { code, body } = await client.post("/api/v1/persistentvolumes", {
      ...volume(name, { uid: "mine", creationTimestamp: "2020-01-01T00:00:00Z" }),
      status: { phase: "Bound" },
    });
    expect(code).toBe(201);
    expect(body).toMatchObject({ apiVersion: "v1", kind: "PersistentVolume" });
    expect(body.metadata).toMatchObject({ name, uid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(body.metadata.resourceVersion).toMatch(/^\d+$/);
    expect(Date.parse(body.metadata.creationTimestamp)).toBeGreaterThan(Date.parse("2026-01-01"));
    expect(body.spec).toEqual({
      capacity: { storage: "1Gi" },
      hostPath: { path: "/x", type: "" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      volumeMode: "Filesystem",
    });
    const seconds = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(body.status).toEqual({ phase: "Pending", lastPhaseTransitionTime: seconds });
    expect((await client.get(`/api/v1/persistentvolumes/${name}`)).body).toEqual(body);
  });

  test("kube-system is there from the start, and has a uid that stays", async () => {
    const { client } = context();
    const { code, body } = await client.get("/api/v1/namespaces/kube-system");
    expect(code).toBe(200);
    expect(body).toMatchObject({ apiVersion: "v1", kind: "Namespace", status: { phase: "Active" } });
    expect(body.metadata).toMatchObject({ name: "kube-system", uid: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect((await client.get("/api/v1/namespaces/kube-system")).body.metadata.uid).toBe(body.metadata.uid);
  });

  test("a claim gets its namespace and is pending", async () => {
    const { client, core, namespace, uniqueName } = context();
    const { code, body } = await client.post(`${core}/persistentvolumeclaims`, claim(uniqueName("claim")));
    expect(code).toBe(201);
    expect(body.metadata.namespace).toBe(namespace);
    expect(body.spec.volumeMode).toBe("Filesystem");
    expect(body.status).toEqual({ phase: "Pending" });
  });

  test("apiVersion and kind may be left out", async () => {
    const { client, core, uniqueName } = context();
    const { code, body } = await client.post(`${core}/configmaps`, { metadata: { name: uniqueName("bare") } });
    expect(code).toBe(201);
    expect(body).toMatchObject({ apiVersion: "v1", kind: "ConfigMap" });
  });

  test("generateName is completed, differently each time", async () => {
    const { client, core } = context();
    const object = { metadata: { generateName: "made-" } };
    const one = await client.post(`${core}/configmaps`, object);
    const other = await client.post(`${core}/configmaps`, object);
    expect(one.body.metadata.name).toMatch(/^made-[a-z0-9]{5}$/);
    expect(other.body.metadata.name).not.toBe(one.body.metadata.name);
  });

  test("a dry run answers as if, and stores nothing", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("dry");
    const { code, body } = await client.post(`${core}/configmaps?dryRun=All`, configMap(name));
    expect(code).toBe(201);
    expect(body.metadata.resourceVersion).toBeUndefined();
    expect((await client.get(`${core}/configmaps/${name}`)).code).toBe(404);
  });

  test("a name that is taken is refused", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("volume");
    await client.post("/api/v1/persistentvolumes", volume(name));
    const { code, body } = await client.post("/api/v1/persistentvolumes", volume(name));
    expect(code).toBe(409);
    expect(body).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: `persistentvolumes "${name}" already exists`,
      reason: "AlreadyExists",
      details: { name, kind: "persistentvolumes" },
      code: 409,
    });
  });

  test("a namespace that does not exist is named", async () => {
    const { client } = context();
    const { code, body } = await client.post("/api/v1/namespaces/nowhere/configmaps", configMap("a"));
    expect(code).toBe(404);
    expect(body.message).toBe('namespaces "nowhere" not found');
    expect(body.details).toEqual({ name: "nowhere", kind: "namespaces" });
  });

  test("every fault of an invalid object is named", async () => {
    const { client, core } = context();
    const { code, body } = await client.post(`${core}/persistentvolumeclaims`, { metadata: { name: "UPPER" } });
    expect(code).toBe(422);
    expect(body).toMatchObject({ reason: "Invalid", details: { name: "UPPER", kind: "PersistentVolumeClaim" } });
    expect(body.message).toMatch(/^PersistentVolumeClaim "UPPER" is invalid: \[metadata\.name: Invalid value: "UPPER"/);
    const causes = body.details.causes.map(({ reason, field }: { reason: string; field: string }) => [reason, field]);
    expect(causes).toEqual([
      ["FieldValueInvalid", "metadata.name"],
      ["FieldValueRequired", "spec.accessModes"],
      ["FieldValueRequired", "spec.resources[storage]"],
    ]);
    const nameless = await client.post(`${core}/configmaps`, { metadata: {} });
    expect(nameless.code).toBe(422);
    expect(nameless.body.message).toBe(
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    );
  });

  test("labels must be labels", async () => {
    const { client, core, uniqueName } = context();
    const bad = await client.post(`${core}/configmaps`, configMap(uniqueName("labels"), { "a b": "c" }));
    expect(bad).toMatchObject({ code: 422, body: { details: { causes: [{ field: "metadata.labels" }] } } });
    const number = { metadata: { name: uniqueName("labels"), annotations: { a: 1 } } };
    expect((await client.post(`${core}/configmaps`, number)).code).toBe(400);
  });

  test("requests that make no sense are refused", async () => {
    const { client, core } = context();
    const post = (body: unknown) => client.post(`${core}/configmaps`, body);
    expect(await post("{bad")).toMatchObject({ code: 400, body: { reason: "BadRequest" } });
    expect(await post({ apiVersion: "v1", kind: "Secret", metadata: { name: "a" } })).toMatchObject({ code: 400 });
    expect(await post({ apiVersion: "v2", kind: "ConfigMap", metadata: { name: "a" } })).toMatchObject({ code: 400 });
    expect((await post({ metadata: { name: "a", namespace: "other" } })).body.message).toBe(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
    expect(await post({ metadata: { name: "a", resourceVersion: "5" } })).toMatchObject({
      code: 500,
      body: { message: "resourceVersion should not be set on objects to be created" },
    });
    expect(await client.post(`${core}/configmaps`, "x", "text/plain")).toMatchObject({ code: 415 });
    expect(await client.post("/api/v1/configmaps", configMap("a"))).toMatchObject({
      code: 405,
      body: { reason: "MethodNotAllowed" },
    });
  });
}
