import { expect, test } from "vitest";
import { asTable, type WatchEvent } from "./api-client.ts";
import { configMap, volume } from "./objects.ts";
import type { Context } from "./suite-context.ts";

export function watchTests(context: Context): void {
  const summary = (events: readonly WatchEvent[]): string[] =>
    events.map(({ type, object }) => `${type} ${object.metadata.name}`);

  async function currentVersion(): Promise<string> {
    const { client, core } = context();
    return (await client.get(`${core}/configmaps?limit=1`)).body.metadata.resourceVersion;
  }

  test("changes after a version come in order, past ones first", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("watched");
    const path = `${core}/configmaps`;
    const from = await currentVersion();
    const made = await client.post(path, configMap(name));
    const events = await client.watch(`${path}?watch=true&resourceVersion=${from}`, 3, async () => {
      await client.patch(`${path}/${name}`, { data: { a: "b" } });
      await client.delete(`${path}/${name}`);
    });
    expect(summary(events)).toEqual([`ADDED ${name}`, `MODIFIED ${name}`, `DELETED ${name}`]);
    expect(events[0]?.object).toEqual(made.body);
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual([...new Set(versions)].toSorted((one, other) => one - other));
    expect(events[2]?.object.data).toEqual({ a: "b" });
  });

  test("without a version, what is there comes first", async () => {
    const { client, core, uniqueName } = context();
    const group = uniqueName("there");
    for (const name of ["b", "a"]) await client.post(`${core}/configmaps`, configMap(`${group}-${name}`, { group }));
    for (const version of ["", "&resourceVersion=0"]) {
      const path = `${core}/configmaps?watch=1&labelSelector=group=${group}${version}`;
      const events = await client.watch(path, 3, () =>
        client.post(`${core}/configmaps`, configMap(`${group}-c${version === "" ? 1 : 2}`, { group })),
      );
      expect(summary(events).slice(0, 2)).toEqual([`ADDED ${group}-a`, `ADDED ${group}-b`]);
    }
  });

  test("an object that enters or leaves the selection is added or deleted", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("selected");
    const path = `${core}/configmaps/${name}`;
    const from = await currentVersion();
    await client.post(`${core}/configmaps`, configMap(name));
    await client.patch(path, { metadata: { labels: { show: name } } });
    await client.patch(path, { data: { a: "b" } });
    const hidden = await client.patch(path, { metadata: { labels: { show: null } } });
    await client.patch(path, { metadata: { labels: { show: name } } });
    const query = `watch=1&resourceVersion=${from}&labelSelector=show=${name}`;
    const events = await client.watch(`${core}/configmaps?${query}`, 4);
    expect(events.map(({ type }) => type)).toEqual(["ADDED", "MODIFIED", "DELETED", "ADDED"]);
    expect(events[2]?.object.metadata.labels).toEqual({ show: name });
    expect(events[2]?.object.metadata.resourceVersion).toBe(hidden.body.metadata.resourceVersion);
  });

  test("one object, or one namespace, is watched alone", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("alone");
    const from = await currentVersion();
    const elsewhere = "/api/v1/namespaces/default/configmaps";
    await client.post(elsewhere, configMap(name));
    await client.post(`${core}/configmaps`, configMap(`${name}-other`));
    await client.post(`${core}/configmaps`, configMap(name));
    const here = await client.watch(`${core}/configmaps?watch=1&resourceVersion=${from}`, 2);
    expect(summary(here)).toEqual([`ADDED ${name}-other`, `ADDED ${name}`]);
    const byName = `watch=1&resourceVersion=${from}&fieldSelector=metadata.name=${name}`;
    const everywhere = await client.watch(`/api/v1/configmaps?${byName}`, 2);
    expect(everywhere.map(({ object }) => object.metadata.namespace)).toEqual(["default", context().namespace]);
    await client.delete(`${elsewhere}/${name}`);
  });

  test("a finalizer's removal ends a marked object", async () => {
    const { client, uniqueName } = context();
    const name = uniqueName("held");
    const path = `/api/v1/persistentvolumes/${name}`;
    const made = await client.post("/api/v1/persistentvolumes", volume(name, { finalizers: ["example.org/hold"] }));
    await client.delete(path);
    await client.patch(path, { metadata: { finalizers: null } });
    const from = made.body.metadata.resourceVersion;
    const query = `watch=1&resourceVersion=${from}&fieldSelector=metadata.name=${name}`;
    const events = await client.watch(`/api/v1/persistentvolumes?${query}`, 2);
    expect(summary(events)).toEqual([`MODIFIED ${name}`, `DELETED ${name}`]);
    expect(events[1]?.object.metadata.deletionTimestamp).toBeDefined();
  });

  // The real server looks every second whether a bookmark is due. The last one is due two seconds before the end, and
  // comes only if something happened during the watch.
  test("a watch ends in time, with a bookmark for those who ask for it", async () => {
    const { client, core, uniqueName } = context();
    const path = `${core}/configmaps`;
    const name = uniqueName("marked");
    const from = await currentVersion();
    const query = `watch=1&resourceVersion=${from}&timeoutSeconds=5`;
    const [plain, marked] = await Promise.all([
      client.watchToEnd(`${path}?${query}`),
      client.watchToEnd(`${path}?${query}&allowWatchBookmarks=true`, undefined, () =>
        client.post(path, configMap(name)),
      ),
    ]);
    expect(summary(plain)).toEqual([`ADDED ${name}`]);
    expect(marked[0]).toEqual(plain[0]);
    const last = marked.at(-1);
    expect(last).toMatchObject({ type: "BOOKMARK", object: { apiVersion: "v1", kind: "ConfigMap" } });
    const changed = Number(plain[0]?.object.metadata.resourceVersion);
    expect(Number(last?.object.metadata.resourceVersion)).toBeGreaterThanOrEqual(changed);
    expect(last?.object.metadata.name).toBeUndefined();
  }, 15_000);

  test("a watch can begin with the list, and say where that ends", async () => {
    const { client, core, uniqueName } = context();
    const group = uniqueName("streamed");
    await client.post(`${core}/configmaps`, configMap(group, { group }));
    const query = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";
    const [added, end] = await client.watch(`${core}/configmaps?${query}&labelSelector=group=${group}`, 2);
    expect(added).toMatchObject({ type: "ADDED", object: { metadata: { name: group } } });
    expect(end).toMatchObject({ type: "BOOKMARK" });
    expect(end?.object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
  });

  test("events can be tables", async () => {
    const { client, core, uniqueName } = context();
    const name = uniqueName("table");
    await client.post(`${core}/configmaps`, configMap(name));
    const query = `watch=1&timeoutSeconds=1&fieldSelector=metadata.name=${name}`;
    const [event] = await client.watchToEnd(`${core}/configmaps?${query}`, asTable);
    expect(event).toMatchObject({
      type: "ADDED",
      object: { kind: "Table", rows: [{ object: { metadata: { name } } }] },
    });
    expect(event?.object.rows[0].cells.slice(0, 2)).toEqual([name, 0]);
  });
}
