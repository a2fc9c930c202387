import { expect, test } from "vitest";
import type { KubernetesRequest } from "./kubernetes-client.ts";
import {
  clusterIdPermission,
  hasPermission,
  permissionName,
  type RequiredPermission,
  requiredPermissions,
} from "./required-permissions.ts";

const patchStatus = requiredPermissions.find(({ subresource }) => subresource === "status") as RequiredPermission;

test("asks about a right in all namespaces", async () => {
  const asked: KubernetesRequest[] = [];
  const client = {
    request: async (request: KubernetesRequest) => {
      asked.push(request);
      return { status: { allowed: true } };
    },
  };
  expect(await hasPermission(client, patchStatus)).toBe(true);
  expect(asked).toMatchObject([{ method: "POST", path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews" }]);
  expect(asked[0]?.body).toEqual({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: {
      resourceAttributes: {
        verb: "patch",
        group: "k8s-snapshots.elsdoerfer.com",
        resource: "snapshotrules",
        subresource: "status",
      },
    },
  });
});

test("asks about the one object that a right is about", async () => {
  const asked: KubernetesRequest[] = [];
  const request = async (one: KubernetesRequest): Promise<unknown> => {
    asked.push(one);
    return { status: { allowed: true } };
  };
  expect(await hasPermission({ request }, clusterIdPermission)).toBe(true);
  const attributes = { verb: "get", group: "", resource: "namespaces", name: "kube-system" };
  expect(asked[0]?.body).toMatchObject({ spec: { resourceAttributes: attributes } });
});

test("an answer that grants nothing is a right that is missing", async () => {
  for (const answer of [{ status: { allowed: false } }, { status: {} }, {}]) {
    expect(await hasPermission({ request: async () => answer }, patchStatus)).toBe(false);
  }
});

test("each right has a name of its own", () => {
  const names = requiredPermissions.map(permissionName);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain("list persistentvolumes");
  expect(names).toContain("patch snapshotrules/status");
  expect(names).toContain("get namespaces kube-system");
});
