import { beforeAll, expect, test } from "vitest";
import type { Answer } from "./api-client.ts";
import { configMap } from "./objects.ts";
import type { Context } from "./suite-context.ts";

export function listTests(context: Context): void {
  let group: string;
  let path: string;

  beforeAll(async () => {
    const { client, core, uniqueName } = context();
    group = uniqueName("list");
    path = `${core}/configmaps`;
    for (const name of ["d", "b", "a", "e", "c"]) {
      await client.post(path, configMap(`${group}-${name}`, { group, name, ...(name < "c" ? { early: "" } : {}) }));
    }
  });

  const names = ({ body }: Answer): string[] =>
    body.items.map(({ metadata }: { metadata: { labels: { name: string } } }) => metadata.labels.name);
  const list = (query: string): Promise<Answer> => context().client.get(`${path}?${query}`);

  test("a list is in the order of names, with items of no type of their own", async () => {
    const answer = await list(`labelSelector=group=${group}`);
    expect(answer.code).toBe(200);
    expect(answer.body).toMatchObject({ kind: "ConfigMapList", apiVersion: "v1" });
    expect(Number(answer.body.metadata.resourceVersion)).toBeGreaterThan(0);
    expect(names(answer)).toEqual(["a", "b", "c", "d", "e"]);
    expect(answer.body.items[0].kind).toBeUndefined();
    expect(answer.body.items[0].apiVersion).toBeUndefined();
  });

  test.each([
    ["name=a", ["a"]],
    ["name==a", ["a"]],
    ["name!=a", ["b", "c", "d", "e"]],
    ["early", ["a", "b"]],
    ["!early", ["c", "d", "e"]],
    ["name in (a, c,x)", ["a", "c"]],
    ["name notin (a,c)", ["b", "d", "e"]],
    ["absent notin (a)", ["a", "b", "c", "d", "e"]],
    ["absent!=a,early", ["a", "b"]],
    ["name=a,!early", []],
  ])("labels are selected by %s", async (selector, expected) => {
    expect(names(await list(`labelSelector=group=${group},${encodeURIComponent(selector)}`))).toEqual(expected);
  });

  test("objects are selected by name and namespace", async () => {
    const { client, namespace } = context();
    expect(names(await list(`fieldSelector=metadata.name=${group}-a`))).toEqual(["a"]);
    const all = `/api/v1/configmaps?labelSelector=group=${group}&fieldSelector=`;
    expect(names(await client.get(`${all}metadata.namespace=${namespace},metadata.name!=${group}-a`))).toHaveLength(4);
    expect(names(await client.get(`${all}metadata.namespace=default`))).toEqual([]);
  });

  test("another namespace's objects are not listed", async () => {
    const { client } = context();
    const other = await client.get(`/api/v1/namespaces/default/configmaps?labelSelector=group=${group}`);
    expect(other.body.items).toEqual([]);
    expect((await client.get("/api/v1/namespaces/nowhere/configmaps")).body.items).toEqual([]);
  });

  test("pages show one moment, whatever happens between them", async () => {
    const { client } = context();
    const before = await list("");
    const first = await list("limit=2");
    expect(first.body.items).toHaveLength(2);
    expect(first.body.metadata.remainingItemCount).toBe(before.body.items.length - 2);
    const late = `${group}-late`;
    await client.post(path, configMap(late));
    await client.patch(`${path}/${group}-e`, { metadata: { annotations: { changed: "later" } } });
    const pages = [first];
    for (let page = first; page.body.metadata.continue; pages.push(page)) {
      page = await list(`limit=2&continue=${encodeURIComponent(page.body.metadata.continue)}`);
      expect(page.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    }
    expect(pages.flatMap(({ body }) => body.items)).toEqual(before.body.items);
    expect(pages.at(-1)?.body.metadata.remainingItemCount).toBeUndefined();
    await client.delete(`${path}/${late}`);
  });

  test("the number of remaining items is not told where a selector hides some", async () => {
    const { body } = await list(`limit=2&labelSelector=group=${group}`);
    expect(body.items).toHaveLength(2);
    expect(body.metadata.continue).toBeTruthy();
    expect(body.metadata.remainingItemCount).toBeUndefined();
  });

  test("the state at an exact version", async () => {
    const { client } = context();
    const { resourceVersion } = (await list("")).body.metadata;
    await client.patch(`${path}/${group}-a`, { metadata: { annotations: { at: "later" } } });
    const query = `resourceVersionMatch=Exact&resourceVersion=${resourceVersion}&labelSelector=name=a,group=${group}`;
    const then = await list(query);
    expect(then.body.items[0].metadata.annotations).toBeUndefined();
    const now = await list(`resourceVersion=${resourceVersion}&labelSelector=name=a,group=${group}`);
    expect(now.body.items[0].metadata.annotations).toEqual({ at: "later" });
  });

  test("a version from the future is not waited for", async () => {
    const { code, body, headers } = await list("resourceVersion=999999999");
    expect(code).toBe(504);
    expect(body).toMatchObject({ reason: "Timeout", details: { causes: [{ reason: "ResourceVersionTooLarge" }] } });
    expect(headers.get("retry-after")).toBe("1");
  });

  test.each([
    "limit=x",
    "resourceVersion=x",
    "continue=x",
    "labelSelector=a in (",
    "labelSelector=a==b, c exists",
    "labelSelector=-a",
    "fieldSelector=data.x=1",
    "fieldSelector=data",
  ])("%s is refused", async (query) => {
    expect(await list(query)).toMatchObject({ code: 400, body: { kind: "Status", reason: "BadRequest" } });
  });

  test("what cannot be spoken is not acceptable", async () => {
    expect(await context().client.get(path, "text/plain")).toMatchObject({
      code: 406,
      body: { reason: "NotAcceptable" },
    });
  });
}
