import { expect, test } from "vitest";
import type { Context } from "./suite-context.ts";

const aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

interface Discovered {
  readonly resource: string;
}

export function discoveryTests(context: Context): void {
  test("health checks say ok", async () => {
    for (const path of ["/healthz", "/readyz", "/livez"]) {
      expect(await context().client.get(path)).toMatchObject({ code: 200, body: "ok" });
    }
  });

  /** The emulator's; a real API server may be of another: docs/compatibility.md. */
  const version = process.env["KUBERNETES_VERSION"] || "1.36";

  test(`the version is ${version}`, async () => {
    const { body } = await context().client.get("/version");
    const [major, minor] = version.split(".");
    expect(body).toMatchObject({ major, minor });
  });

  test("versions of the core group, and the other groups", async () => {
    const { client } = context();
    expect((await client.get("/api")).body).toMatchObject({ kind: "APIVersions", versions: ["v1"] });
    const { body } = await client.get("/apis");
    expect(body.kind).toBe("APIGroupList");
    const v1 = { groupVersion: "coordination.k8s.io/v1", version: "v1" };
    expect(body.groups).toContainEqual({ name: "coordination.k8s.io", versions: [v1], preferredVersion: v1 });
    const group = await client.get("/apis/coordination.k8s.io");
    expect(group.body).toMatchObject({ kind: "APIGroup", name: "coordination.k8s.io", preferredVersion: v1 });
  });

  test("resources with their names, scope and verbs", async () => {
    const { body } = await context().client.get("/api/v1");
    expect(body).toMatchObject({ kind: "APIResourceList", groupVersion: "v1" });
    const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    expect(body.resources).toContainEqual(
      expect.objectContaining({
        name: "persistentvolumeclaims",
        singularName: "persistentvolumeclaim",
        namespaced: true,
        kind: "PersistentVolumeClaim",
        verbs,
        shortNames: ["pvc"],
      }),
    );
    expect(body.resources).toContainEqual({
      name: "persistentvolumes/status",
      singularName: "",
      namespaced: false,
      kind: "PersistentVolume",
      verbs: ["get", "patch", "update"],
    });
  });

  test("the aggregated form that kubectl asks for", async () => {
    const { client } = context();
    const core = await client.get("/api", aggregated);
    expect(core.headers.get("content-type")).toContain("as=APIGroupDiscoveryList");
    expect(core.body).toMatchObject({ kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2" });
    const resources: Discovered[] = core.body.items[0].versions[0].resources;
    expect(resources.find(({ resource }) => resource === "persistentvolumes")).toMatchObject({
      responseKind: { kind: "PersistentVolume" },
      scope: "Cluster",
      singularResource: "persistentvolume",
      shortNames: ["pv"],
      subresources: [{ subresource: "status", verbs: ["get", "patch", "update"] }],
    });
    const groups = await client.get("/apis", aggregated);
    const names = groups.body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    expect(names).toEqual(expect.arrayContaining(["coordination.k8s.io", "events.k8s.io", "storage.k8s.io"]));
  });

  test("what is not served is 404", async () => {
    const { client } = context();
    const details = { reason: "NotFound", message: "the server could not find the requested resource", details: {} };
    expect(await client.get("/api/v1/gadgets")).toMatchObject({ code: 404, body: details });
    expect(await client.get("/api/v1/persistentvolumes/a/gadget")).toMatchObject({ code: 404, body: details });
    expect(await client.get("/apis/example.org/v1/gadgets")).toMatchObject({ code: 404, body: "404 page not found\n" });
    expect(await client.get("/nothing")).toMatchObject({ code: 404, body: "404 page not found\n" });
  });
}
