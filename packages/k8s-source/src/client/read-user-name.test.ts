import { expect, test, vi } from "vitest";
import { readUserName } from "./read-user-name.ts";

test("asks the API server by which name it knows us", async () => {
  const request = vi.fn(async () => ({ status: { userInfo: { username: "system:serviceaccount:a:b", groups: [] } } }));
  expect(await readUserName({ request })).toBe("system:serviceaccount:a:b");
  expect(request).toHaveBeenCalledWith({
    method: "POST",
    path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
  });
});

test.each([
  [null],
  [{}],
  [{ status: {} }],
  [{ status: { userInfo: { username: 7 } } }],
  [{ status: { userInfo: { username: "" } } }],
])("has no name where the answer is %j", async (answer) => {
  expect(await readUserName({ request: async () => answer })).toBeUndefined();
});
