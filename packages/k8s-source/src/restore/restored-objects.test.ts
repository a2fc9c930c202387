import { describe, expect, it } from "vitest";
import type { KubernetesRequest } from "../client/kubernetes-client.ts";
import { KubernetesApiError } from "../client/kubernetes-error.ts";
import { findClaim, findVolume, listVolumes } from "./cluster-volumes.ts";
import { claimPhase, missingRestorePermissions, removeClaim, removeVolume } from "./restored-objects.ts";

const object = (name: string, uid = "1") => ({ metadata: { name, uid }, spec: {} });

describe("a volume or claim", () => {
  it("is found with the right to list, and no other", async () => {
    const { client, asked } = answering({ items: [object("data")] }, { items: [object("data")] });
    expect(await findVolume(client, "data")).toMatchObject({ metadata: { name: "data" } });
    expect(await findClaim(client, "shop", "data")).toMatchObject({ metadata: { name: "data" } });
    expect(asked).toEqual([
      { path: "/api/v1/persistentvolumes", query: { fieldSelector: "metadata.name=data" } },
      { path: "/api/v1/namespaces/shop/persistentvolumeclaims", query: { fieldSelector: "metadata.name=data" } },
    ]);
  });

  it("of another name is not it, whatever the answer holds", async () => {
    expect(await findVolume(answering({ items: [object("other")] }).client, "data")).toBeUndefined();
  });

  it.each([{}, { items: [{}] }, { items: [{ metadata: {} }] }, [], null])("is no %j", async (answer) => {
    await expect(findVolume(answering(answer).client, "data")).rejects.toThrow("the answer is no list of objects");
  });

  it("is listed over all pages", async () => {
    const first = { items: [object("a")], metadata: { continue: "next" } };
    const { client, asked } = answering(first, { items: [object("b")], metadata: { continue: "" } });
    expect((await listVolumes(client)).map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
    expect(asked.map(({ query }) => query?.["continue"])).toEqual([undefined, "next"]);
  });
});

describe("a removal", () => {
  it("is of the object that was looked at, by its uid", async () => {
    const { client, asked } = answering({ items: [object("data", "42")] }, {});
    await removeVolume(client, "data", () => true);
    expect(asked[1]).toMatchObject({
      method: "DELETE",
      path: "/api/v1/persistentvolumes/data",
      body: { preconditions: { uid: "42" } },
    });
  });

  it("leaves what is another's, and finds nothing to do where nothing is", async () => {
    const others = answering({ items: [object("data")] });
    await removeClaim(others.client, { namespace: "shop", name: "data" }, () => false);
    const none = answering({ items: [] });
    await removeVolume(none.client, "data", () => true);
    expect([...others.asked, ...none.asked].map(({ method }) => method)).toEqual([undefined, undefined]);
  });

  it("of what is gone meanwhile is a success, and what is refused is said", async () => {
    const gone = answering({ items: [object("data")] }, new KubernetesApiError(404, "NotFound", "gone"));
    await removeVolume(gone.client, "data", () => true);
    const refused = answering({ items: [object("data")] }, new KubernetesApiError(403, "Forbidden", "may not"));
    await expect(removeVolume(refused.client, "data", () => true)).rejects.toThrow("may not");
  });
});

it("the phase of a claim is what its status says", async () => {
  const bound = { ...object("data"), status: { phase: "Bound" } };
  expect(await claimPhase(answering({ items: [bound] }).client, "shop", "data")).toBe("Bound");
  expect(await claimPhase(answering({ items: [object("data")] }).client, "shop", "data")).toBeUndefined();
});

it("missing rights are asked about in the claim's namespace", async () => {
  const { client, asked } = answering({ status: { allowed: false } }, { status: { allowed: true } });
  const missing = await missingRestorePermissions(client, "shop");
  expect(missing.map(({ resource }) => resource)).toEqual(["persistentvolumes"]);
  const attributes = asked.map(
    ({ body }) => (body as { spec: { resourceAttributes: object } }).spec.resourceAttributes,
  );
  expect(attributes).toEqual([
    { verb: "create", group: "", resource: "persistentvolumes" },
    { verb: "create", group: "", resource: "persistentvolumeclaims", namespace: "shop" },
  ]);
});

/** Answers in turn; an error is thrown. */
function answering(...answers: readonly unknown[]) {
  const asked: KubernetesRequest[] = [];
  const request = async (one: KubernetesRequest): Promise<unknown> => {
    const answer = answers[asked.push(one) - 1];
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { client: { request }, asked };
}
