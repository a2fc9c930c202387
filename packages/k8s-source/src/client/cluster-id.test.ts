import { expect, test } from "vitest";
import { readClusterId } from "./cluster-id.ts";
import { MalformedAnswerError } from "./kubernetes-error.ts";

test("a cluster is told from others by the uid of the namespace kube-system", async () => {
  const asked: string[] = [];
  const request = async ({ path }: { path: string }): Promise<unknown> => {
    asked.push(path);
    return { kind: "Namespace", metadata: { name: "kube-system", uid: "8f2a6c1e" } };
  };
  expect(await readClusterId({ request })).toBe("8f2a6c1e");
  expect(asked).toEqual(["/api/v1/namespaces/kube-system"]);
});

test.each([{}, { metadata: {} }, { metadata: { uid: "" } }, { metadata: { uid: 7 } }, null])(
  "an answer without a uid is an error: %j",
  async (answer) => {
    await expect(readClusterId({ request: async () => answer })).rejects.toThrow(MalformedAnswerError);
  },
);
