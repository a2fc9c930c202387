import { expect, test } from "vitest";
import { asTable } from "./api-client.ts";
import { claim, configMap, lease, volume } from "./objects.ts";
import type { Context } from "./suite-context.ts";

interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
}

export function tableTests(context: Context): void {
  const age = expect.stringMatching(/^\d+s$/);

  async function table(path: string): Promise<{ columns: string[]; cells: unknown[] }> {
    const { code, body } = await context().client.get(path, asTable);
    expect(code).toBe(200);
    expect(body).toMatchObject({ kind: "Table", apiVersion: "meta.k8s.io/v1" });
    expect(body.rows[0].object).toMatchObject({ kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1" });
    const columns = body.columnDefinitions.map(({ name, priority }: Column) => (priority === 0 ? name : `(${name})`));
    expect(body.columnDefinitions.find(({ name }: Column) => name === "Name")).toMatchObject({ format: "name" });
    return { columns, cells: body.rows[0].cells };
  }

  test("volumes, of which one is bound and being deleted", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("table");
    const path = `/api/v1/persistentvolumes/${name}`;
    await client.post("/api/v1/persistentvolumes", volume(name, { finalizers: ["example.org/hold"] }));
    const fresh = await table(path);
    expect(fresh.columns).toEqual([
      ...["Name", "Capacity", "Access Modes", "Reclaim Policy", "Status", "Claim", "StorageClass"],
      ...["VolumeAttributesClass", "Reason", "Age", "(VolumeMode)"],
    ]);
    expect(fresh.cells).toEqual([name, "1Gi", "RWO", "Retain", "Pending", "", "", "<unset>", "", age, "Filesystem"]);
    const claimRef = { namespace: "default", name: "data" };
    await client.patch(path, { spec: { claimRef, storageClassName: "fast" } });
    await client.patch(`${path}/status`, { status: { phase: "Bound" } });
    const bound = await table(path);
    expect(bound.cells.slice(4, 7)).toEqual(["Bound", "default/data", "fast"]);
    await client.delete(path);
    expect((await table(path)).cells[4]).toBe("Terminating");
    await client.patch(path, { metadata: { finalizers: null } });
  });

  test("claims, pending and bound", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("table");
    const path = `${core}/persistentvolumeclaims/${name}`;
    await client.post(`${core}/persistentvolumeclaims`, claim(name));
    const pending = await table(path);
    expect(pending.columns).toEqual([
      ...["Name", "Status", "Volume", "Capacity", "Access Modes", "StorageClass", "VolumeAttributesClass", "Age"],
      "(VolumeMode)",
    ]);
    expect(pending.cells).toEqual([name, "Pending", "", "", "", "", "<unset>", age, "Filesystem"]);
    await client.patch(path, { spec: { volumeName: "disk-1" } });
    const status = { phase: "Bound", capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce", "ReadOnlyMany"] };
    await client.patch(`${path}/status`, { status });
    const bound = await table(path);
    expect(bound.cells.slice(1, 5)).toEqual(["Bound", "disk-1", "1Gi", "RWO,ROX"]);
  });

  test("leases", async () => {
    const { client, namespace, uniqueName } = context();
    const name = uniqueName("table");
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`;
    await client.post(path, lease(name, "me"));
    expect(await table(`${path}/${name}`)).toEqual({ columns: ["Name", "Holder", "Age"], cells: [name, "me", age] });
  });

  test("config maps, secrets, namespaces, storage classes", async () => {
    const { client, core, namespace, uniqueName } = context();
    const name = uniqueName("table");
    await client.post(`${core}/configmaps`, { ...configMap(name), data: { a: "1", b: "2" } });
    expect(await table(`${core}/configmaps/${name}`)).toEqual({
      columns: ["Name", "Data", "Age"],
      cells: [name, 2, age],
    });
    await client.post(`${core}/secrets`, { metadata: { name }, stringData: { a: "1" } });
    const secret = { columns: ["Name", "Type", "Data", "Age"], cells: [name, "Opaque", 1, age] };
    expect(await table(`${core}/secrets/${name}`)).toEqual(secret);
    const own = await table(`/api/v1/namespaces/${namespace}`);
    expect(own).toMatchObject({ columns: ["Name", "Status", "Age"], cells: [namespace, "Active", expect.any(String)] });
    const classes = "/apis/storage.k8s.io/v1/storageclasses";
    await client.post(classes, { metadata: { name }, provisioner: "example.org/disk" });
    expect(await table(`${classes}/${name}`)).toEqual({
      columns: ["Name", "Provisioner", "ReclaimPolicy", "VolumeBindingMode", "AllowVolumeExpansion", "Age"],
      cells: [name, "example.org/disk", "Delete", "Immediate", false, age],
    });
  });

  test("a list's table has pages too, and whole objects on request", async () => {
    const { client, core, uniqueName } = context();
    for (const name of ["a", "b"]) await client.post(`${core}/configmaps`, configMap(uniqueName(name)));
    const { body } = await client.get(`${core}/configmaps?limit=1&includeObject=Object`, asTable);
    expect(body.rows).toHaveLength(1);
    expect(body.metadata.continue).toBeTruthy();
    expect(body.rows[0].object).toMatchObject({ kind: "ConfigMap", apiVersion: "v1" });
  });
}
