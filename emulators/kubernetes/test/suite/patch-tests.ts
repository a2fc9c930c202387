import { expect, test } from "vitest";
import { jsonPatch, mergePatch, strategicMergePatch } from "./api-client.ts";
import { volume } from "./objects.ts";
import type { Context } from "./suite-context.ts";

const volumes = "/api/v1/persistentvolumes";

export function patchTests(context: Context): void {
  async function makeVolume(metadata: object = {}): Promise<{ path: string; name: string; version: string }> {
    const { client, uniqueName } = context();
    const name = uniqueName("volume");
    const { body } = await client.post(volumes, volume(name, metadata));
    return { path: `${volumes}/${name}`, name, version: body.metadata.resourceVersion };
  }

  test.each([mergePatch, strategicMergePatch])("%s sets and removes annotations", async (type) => {
    const { client } = context();
    const { path } = await makeVolume({ annotations: { kept: "1", gone: "2" } });
    const { code, body } = await client.patch(path, { metadata: { annotations: { gone: null, new: "3" } } }, type);
    expect(code).toBe(200);
    expect(body.metadata.annotations).toEqual({ kept: "1", new: "3" });
  });

  test("a merge patch replaces lists, a strategic one merges finalizers", async () => {
    const { client } = context();
    const { path } = await makeVolume({ finalizers: ["example.org/a"] });
    const patch = { metadata: { finalizers: ["example.org/b"] } };
    const merged = await client.patch(path, patch, strategicMergePatch);
    expect(merged.body.metadata.finalizers.toSorted()).toEqual(["example.org/a", "example.org/b"]);
    const replaced = await client.patch(path, patch, mergePatch);
    expect(replaced.body.metadata.finalizers).toEqual(["example.org/b"]);
  });

  test("a JSON patch carries out its operations, or none", async () => {
    const { client } = context();
    const { path, name } = await makeVolume();
    const add = { op: "add", path: "/metadata/labels", value: { a: "b" } };
    const good = await client.patch(path, [{ op: "test", path: "/metadata/name", value: name }, add], jsonPatch);
    expect(good.body.metadata.labels).toEqual({ a: "b" });
    const remove = { op: "remove", path: "/metadata/labels" };
    const bad = await client.patch(path, [remove, { op: "test", path: "/metadata/name", value: "x" }], jsonPatch);
    expect(bad).toMatchObject({ code: 422, body: { reason: "Invalid" } });
    expect((await client.get(path)).body.metadata.labels).toEqual({ a: "b" });
  });

  test("a patch of the object leaves the status alone, a patch of the status the rest", async () => {
    const { client } = context();
    const { path } = await makeVolume();
    const patch = { spec: { storageClassName: "fast" }, status: { phase: "Bound" } };
    const status = await client.patch(`${path}/status`, patch);
    expect(status.body).toMatchObject({ status: { phase: "Bound" } });
    expect(status.body.spec.storageClassName).toBeUndefined();
    const object = await client.patch(path, { ...patch, status: { phase: "Failed" } });
    expect(object.body).toMatchObject({ spec: { storageClassName: "fast" }, status: { phase: "Bound" } });
  });

  test("a patch that changes nothing is no new version", async () => {
    const { path, version } = await makeVolume({ labels: { a: "b" } });
    const { body } = await context().client.patch(path, { metadata: { labels: { a: "b" } } });
    expect(body.metadata.resourceVersion).toBe(version);
  });

  test("a patch can insist on a version", async () => {
    const { client } = context();
    const { path, version } = await makeVolume();
    const patch = { metadata: { resourceVersion: version, labels: { a: "b" } } };
    expect((await client.patch(path, patch)).code).toBe(200);
    expect(await client.patch(path, { ...patch, spec: { storageClassName: "x" } })).toMatchObject({
      code: 409,
      body: { reason: "Conflict" },
    });
  });

  test("patches that make no sense are refused", async () => {
    const { client } = context();
    const { path } = await makeVolume();
    expect((await client.patch(`${volumes}/absent`, { metadata: {} })).code).toBe(404);
    expect((await client.patch(path, {}, "application/json")).code).toBe(415);
    expect((await client.patch(path, {}, jsonPatch)).code).toBe(400);
    expect((await client.patch(path, "{bad")).code).toBe(400);
    expect((await client.patch(path, { metadata: { name: "other" } })).code).toBe(400);
    expect((await client.patch(volumes, {})).code).toBe(405);
  });
}
