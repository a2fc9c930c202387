import { expect, test } from "vitest";
import { claim, configMap, volume } from "./objects.ts";
import type { Context } from "./suite-context.ts";

export function deleteTests(context: Context): void {
  test("the answer is the object for volumes and claims", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("gone");
    await client.post("/api/v1/persistentvolumes", volume(name));
    await client.post(`${core}/persistentvolumeclaims`, claim(name));
    for (const path of [`/api/v1/persistentvolumes/${name}`, `${core}/persistentvolumeclaims/${name}`]) {
      expect(await client.delete(path)).toMatchObject({ code: 200, body: { metadata: { name } } });
      expect(await client.get(path)).toMatchObject({ code: 404, body: { reason: "NotFound" } });
      expect((await client.delete(path)).code).toBe(404);
    }
  });

  test("the answer is a status for others", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("gone");
    const made = await client.post(`${core}/configmaps`, configMap(name));
    const { code, body } = await client.delete(`${core}/configmaps/${name}`);
    expect(code).toBe(200);
    const details = { name, kind: "configmaps", uid: made.body.metadata.uid };
    expect(body).toEqual({ kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details });
  });

  test("an object with finalizers stays, marked, until they are gone", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("held");
    const path = `${core}/configmaps/${name}`;
    await client.post(`${core}/configmaps`, { metadata: { name, finalizers: ["example.org/hold"] } });
    const marked = await client.delete(path);
    expect(marked.code).toBe(200);
    expect(marked.body.metadata).toMatchObject({ name, deletionGracePeriodSeconds: 0 });
    expect(Date.parse(marked.body.metadata.deletionTimestamp)).not.toBeNaN();
    const again = await client.delete(path);
    expect(again.body.metadata.resourceVersion).toBe(marked.body.metadata.resourceVersion);
    const freed = await client.patch(path, { metadata: { finalizers: null } });
    expect(freed.code).toBe(200);
    expect((await client.get(path)).code).toBe(404);
  });

  test("preconditions must hold", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("guarded");
    const path = `${core}/configmaps/${name}`;
    const { uid, resourceVersion } = (await client.post(`${core}/configmaps`, configMap(name))).body.metadata;
    const wrongUid = await client.delete(path, { preconditions: { uid: "other" } });
    expect(wrongUid).toMatchObject({ code: 409, body: { reason: "Conflict" } });
    expect(wrongUid.body.message).toContain(
      `the UID in the precondition (other) does not match the UID in record (${uid})`,
    );
    expect((await client.delete(path, { preconditions: { resourceVersion: "1" } })).code).toBe(409);
    expect((await client.delete(path, { preconditions: { uid, resourceVersion } })).code).toBe(200);
  });

  test("a dry run deletes nothing", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("dry");
    await client.post(`${core}/configmaps`, configMap(name));
    expect((await client.delete(`${core}/configmaps/${name}?dryRun=All`)).code).toBe(200);
    expect((await client.get(`${core}/configmaps/${name}`)).code).toBe(200);
  });

  test("a collection is deleted by selector", async () => {
    const { client, core, uniqueName } = context();
    const group = uniqueName("group");
    for (const name of ["one", "two"]) {
      await client.post(`${core}/configmaps`, configMap(`${group}-${name}`, { group, name }));
    }
    const { code, body } = await client.delete(`${core}/configmaps?labelSelector=group=${group},name=one`);
    expect(code).toBe(200);
    expect(body).toMatchObject({ kind: "ConfigMapList", items: [{ metadata: { name: `${group}-one` } }] });
    const left = await client.get(`${core}/configmaps?labelSelector=group=${group}`);
    expect(left.body.items).toMatchObject([{ metadata: { name: `${group}-two` } }]);
    expect((await client.delete("/api/v1/namespaces")).code).toBe(405);
  });

  test("a namespace that is being deleted takes nothing new", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("ending");
    const made = await client.post("/api/v1/namespaces", { metadata: { name } });
    expect(made.body).toMatchObject({
      metadata: { labels: { "kubernetes.io/metadata.name": name } },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
    const deleted = await client.delete(`/api/v1/namespaces/${name}`);
    expect(deleted).toMatchObject({ code: 200, body: { status: { phase: "Terminating" } } });
    const refused = await client.post(`/api/v1/namespaces/${name}/configmaps`, configMap("late"));
    expect(refused).toMatchObject({ code: 403, body: { details: { causes: [{ reason: "NamespaceTerminating" }] } } });
    const protectedOne = await client.delete("/api/v1/namespaces/default");
    expect(protectedOne.code).toBe(403);
    expect(protectedOne.body.message).toBe('namespaces "default" is forbidden: this namespace may not be deleted');
  });
}
