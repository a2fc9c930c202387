import { expect, test } from "vitest";
import { lease, volume } from "./objects.ts";
import type { Context } from "./suite-context.ts";

const volumes = "/api/v1/persistentvolumes";

export function updateTests(context: Context): void {
  async function makeVolume() {
    const { client, uniqueName } = context();
    return (await client.post(volumes, volume(uniqueName("volume")))).body;
  }

  test("an update made from an older version conflicts", async () => {
    const { client } = context();
    const made = await makeVolume();
    const path = `${volumes}/${made.metadata.name}`;
    const changed = { ...made, metadata: { ...made.metadata, labels: { a: "b" } } };
    const first = await client.put(path, changed);
    expect(first.code).toBe(200);
    expect(first.body.metadata.labels).toEqual({ a: "b" });
    expect(Number(first.body.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
    const second = await client.put(path, changed);
    expect(second.code).toBe(409);
    expect(second.body).toMatchObject({
      reason: "Conflict",
      message:
        `Operation cannot be fulfilled on persistentvolumes "${made.metadata.name}": the object has been modified; ` +
        "please apply your changes to the latest version and try again",
      details: { name: made.metadata.name, kind: "persistentvolumes" },
    });
  });

  test("an update without a version overwrites, where the resource allows it", async () => {
    const { client } = context();
    const { metadata } = await makeVolume();
    const { code, body } = await client.put(
      `${volumes}/${metadata.name}`,
      volume(metadata.name, { labels: { a: "b" } }),
    );
    expect(code).toBe(200);
    expect(body.metadata).toMatchObject({ labels: { a: "b" }, uid: metadata.uid });
    expect(body.metadata.creationTimestamp).toBe(metadata.creationTimestamp);
  });

  test("an update that changes nothing is no new version", async () => {
    const { client } = context();
    const made = await makeVolume();
    const { body } = await client.put(`${volumes}/${made.metadata.name}`, made);
    expect(body.metadata.resourceVersion).toBe(made.metadata.resourceVersion);
  });

  test("an update of another object of the name conflicts", async () => {
    const { client } = context();
    const { metadata } = await makeVolume();
    const { code, body } = await client.put(`${volumes}/${metadata.name}`, volume(metadata.name, { uid: "other" }));
    expect(code).toBe(409);
    expect(body.message).toContain(`UID in precondition: other, UID in object meta: ${metadata.uid}`);
  });

  test("the object's status is written through its subresource only", async () => {
    const { client } = context();
    const made = await makeVolume();
    const path = `${volumes}/${made.metadata.name}`;
    const ignored = await client.put(path, { ...made, status: { phase: "Bound" } });
    expect(ignored.body.status.phase).toBe("Pending");
    const spec = { ...made.spec, storageClassName: "ignored" };
    const written = await client.put(`${path}/status`, { ...made, spec, status: { phase: "Bound" } });
    expect(written.code).toBe(200);
    expect(written.body.status.phase).toBe("Bound");
    expect(written.body.spec).toEqual(made.spec);
    expect((await client.get(`${path}/status`)).body).toEqual(written.body);
  });

  test("what does not exist is not found", async () => {
    const { code, body } = await context().client.put(`${volumes}/absent`, volume("absent"));
    expect(code).toBe(404);
    expect(body.message).toBe('persistentvolumes "absent" not found');
  });

  test("the name in the object must be the one in the address", async () => {
    const { client } = context();
    const { metadata } = await makeVolume();
    const other = await client.put(`${volumes}/${metadata.name}`, volume("other"));
    expect(other).toMatchObject({ code: 400, body: { reason: "BadRequest" } });
    expect(other.body.message).toBe(
      `the name of the object (other) does not match the name on the URL (${metadata.name})`,
    );
    expect((await client.put(`${volumes}/${metadata.name}`, { metadata: {} })).code).toBe(400);
  });

  test("a lease is created by its first update, and needs a version afterwards", async () => {
    const { client, namespace, uniqueName } = context();
    const name = uniqueName("lease");
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`;
    const made = await client.put(path, lease(name, "one"));
    expect(made.code).toBe(201);
    expect(made.body.spec).toEqual({
      holderIdentity: "one",
      leaseDurationSeconds: 15,
      renewTime: "2026-11-23T21:10:00.123456Z",
    });
    const blind = await client.put(path, lease(name, "two"));
    expect(blind.code).toBe(422);
    expect(blind.body.message).toBe(
      `leases.coordination.k8s.io "${name}" is invalid: ` +
        "metadata.resourceVersion: Invalid value: 0: must be specified for an update",
    );
    const taken = await client.put(path, lease(name, "two", made.body.metadata.resourceVersion));
    expect(taken.code).toBe(200);
    expect((await client.put(path, lease(name, "three", made.body.metadata.resourceVersion))).code).toBe(409);
    expect((await client.get(path)).body.spec.holderIdentity).toBe("two");
  });
}
