import { expect, test } from "vitest";
import { configMap } from "./objects.ts";
import type { Context } from "./suite-context.ts";

export function refusalTests(context: Context): void {
  test("who may not is told what, where and by which name", async () => {
    const { core, namespace, server } = context();
    await server.asNobody(async (nobody) => {
      const cases: [path: string, subject: string, action: string][] = [
        [
          "/api/v1/persistentvolumes",
          "persistentvolumes",
          'list resource "persistentvolumes" in API group "" at the cluster scope',
        ],
        [
          "/api/v1/persistentvolumes/v",
          'persistentvolumes "v"',
          'get resource "persistentvolumes" in API group "" at the cluster scope',
        ],
        [
          `${core}/configmaps?watch=1`,
          "configmaps",
          `watch resource "configmaps" in API group "" in the namespace "${namespace}"`,
        ],
        [
          `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/l`,
          'leases.coordination.k8s.io "l"',
          `get resource "leases" in API group "coordination.k8s.io" in the namespace "${namespace}"`,
        ],
      ];
      for (const [path, subject, action] of cases) {
        const { code, body } = await nobody.get(path);
        expect(code).toBe(403);
        expect(body.reason).toBe("Forbidden");
        expect(body.message.replace(/User "[^"]+"/, "User")).toBe(`${subject} is forbidden: User cannot ${action}`);
      }
    });
  });

  test("writes, and those to a status, are refused by their own names", async () => {
    const { core, server } = context();
    await server.asNobody(async (nobody) => {
      const created = await nobody.post(`${core}/configmaps`, configMap("a"));
      expect(created).toMatchObject({ code: 403, body: { details: { kind: "configmaps" } } });
      const patched = await nobody.patch("/api/v1/persistentvolumes/v/status", {});
      expect(patched.body.message).toContain('cannot patch resource "persistentvolumes/status"');
      expect(patched.body.details).toEqual({ name: "v", kind: "persistentvolumes" });
    });
  });

  test("everyone may ask what they may", async () => {
    const { client, server } = context();
    const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    const spec = { resourceAttributes: { verb: "list", resource: "persistentvolumes" } };
    const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec };
    expect(await client.post(path, review)).toMatchObject({
      code: 201,
      body: { ...review, status: { allowed: true } },
    });
    await server.asNobody(async (nobody) => {
      expect(await nobody.post(path, review)).toMatchObject({ code: 201, body: { status: { allowed: false } } });
    });
  });
}
