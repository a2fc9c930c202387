import { beforeAll, expect, test } from "vitest";
import { configMap } from "./objects.ts";
import type { Context } from "./suite-context.ts";

export function compactionTests(context: Context): void {
  let path: string;
  let oldVersion: string;
  let oldToken: string;
  let secondName: string;

  beforeAll(async () => {
    const { client, core, uniqueName, server } = context();
    path = `${core}/configmaps`;
    const prefix = uniqueName("0-compacted");
    for (const name of ["a", "b"]) await client.post(path, configMap(`${prefix}-${name}`));
    const page = await client.get(`${path}?limit=1`);
    oldVersion = page.body.metadata.resourceVersion;
    oldToken = encodeURIComponent(page.body.metadata.continue);
    secondName = `${prefix}-b`;
    for (const name of ["y", "z"]) await client.post(path, configMap(`${prefix}-${name}`));
    await server.compact();
  }, 120_000);

  test("a watch from before gets 410 as an event", async () => {
    const events = await context().client.watchToEnd(`${path}?watch=1&resourceVersion=${oldVersion}&timeoutSeconds=5`);
    expect(events).toMatchObject([
      { type: "ERROR", object: { kind: "Status", status: "Failure", reason: "Expired", code: 410 } },
    ]);
    expect(events[0]?.object.message).toMatch(new RegExp(`^too old resource version: ${oldVersion} \\(\\d+\\)$`));
  });

  test("a continued list gets 410, and a token to go on from the same place", async () => {
    const { client } = context();
    const { code, body } = await client.get(`${path}?limit=1&continue=${oldToken}`);
    expect(code).toBe(410);
    expect(body).toMatchObject({ kind: "Status", reason: "Expired" });
    expect(body.message).toMatch(/^The provided continue parameter is too old to display a consistent list result\./);
    const fresh = await client.get(`${path}?limit=1&continue=${encodeURIComponent(body.metadata.continue)}`);
    expect(fresh).toMatchObject({ code: 200, body: { items: [{ metadata: { name: secondName } }] } });
  });

  test("a list at an exact version from before gets 410", async () => {
    const query = `resourceVersion=${oldVersion}&resourceVersionMatch=Exact`;
    expect(await context().client.get(`${path}?${query}`)).toMatchObject({ code: 410, body: { reason: "Expired" } });
  });

  test("a list that is not older than it is answered with what is there", async () => {
    expect((await context().client.get(`${path}?resourceVersion=${oldVersion}`)).code).toBe(200);
  });

  test("a watch from the current version goes on", async () => {
    const { client, uniqueName } = context();
    const from = (await client.get(path)).body.metadata.resourceVersion;
    const name = uniqueName("after");
    const [event] = await client.watch(`${path}?watch=1&resourceVersion=${from}`, 1, () =>
      client.post(path, configMap(name)),
    );
    expect(event).toMatchObject({ type: "ADDED", object: { metadata: { name } } });
  });
}
