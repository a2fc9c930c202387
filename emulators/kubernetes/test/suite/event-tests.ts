import { beforeAll, expect, test } from "vitest";
import { asTable, strategicMergePatch } from "./api-client.ts";
import type { Context } from "./suite-context.ts";

const eventTime = "2026-11-23T21:10:00.000000Z";

export function eventTests(context: Context): void {
  let older: string;
  let newer: string;
  const corePath = (): string => `${context().core}/events`;
  const newerPath = (): string => `/apis/events.k8s.io/v1/namespaces/${context().namespace}/events`;

  beforeAll(() => {
    older = context().uniqueName("older");
    newer = context().uniqueName("newer");
  });

  test("an event of the core group", async () => {
    const { client, namespace } = context();
    const made = await client.post(corePath(), {
      metadata: { name: older },
      involvedObject: { kind: "PersistentVolumeClaim", namespace, name: "data", uid: older },
      reason: "SnapshotCreated",
      message: "snapshot taken",
      type: "Normal",
      source: { component: "k8s-snapshots" },
      count: 1,
      lastTimestamp: "2026-11-23T21:10:00Z",
    });
    expect(made.code).toBe(201);
    expect(made.body).toMatchObject({ firstTimestamp: null, eventTime: null, reportingComponent: "" });
    const again = { count: 2, lastTimestamp: "2026-11-23T21:20:00Z" };
    const counted = await client.patch(`${corePath()}/${older}`, again, strategicMergePatch);
    expect(counted.body).toMatchObject({ ...again, reason: "SnapshotCreated" });
  });

  test("an event of the newer group, and both as the other shows them", async () => {
    const { client, namespace } = context();
    const regarding = { kind: "PersistentVolumeClaim", namespace, name: "data", uid: newer };
    const made = await client.post(newerPath(), {
      metadata: { name: newer },
      regarding,
      reason: "SnapshotExpired",
      note: "snapshot expired",
      type: "Normal",
      action: "Expire",
      reportingController: "k8s-snapshots",
      reportingInstance: "here",
      eventTime,
    });
    expect(made.code).toBe(201);
    expect(made.body).toMatchObject({ apiVersion: "events.k8s.io/v1", regarding, note: "snapshot expired" });
    expect((await client.get(`${corePath()}/${newer}`)).body).toMatchObject({
      apiVersion: "v1",
      involvedObject: regarding,
      message: "snapshot expired",
      reportingComponent: "k8s-snapshots",
    });
    expect((await client.get(`${newerPath()}/${older}`)).body).toMatchObject({
      apiVersion: "events.k8s.io/v1",
      note: "snapshot taken",
      deprecatedSource: { component: "k8s-snapshots" },
      deprecatedCount: 2,
    });
  });

  test("events are selected by what they are about", async () => {
    const { client } = context();
    const select = async (selector: string): Promise<string[]> => {
      const { body } = await client.get(`${corePath()}?fieldSelector=${selector}`);
      return body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    };
    expect(await select(`involvedObject.uid=${older},involvedObject.kind=PersistentVolumeClaim`)).toEqual([older]);
    expect(await select("involvedObject.name=data,reason=SnapshotExpired")).toEqual([newer]);
    expect(await select("type!=Normal,involvedObject.name=data")).toEqual([]);
    expect((await client.get(`${corePath()}?fieldSelector=involvedObject.what=x`)).code).toBe(400);
    const regarding = await client.get(`${newerPath()}?fieldSelector=regarding.uid=${newer}`);
    expect(regarding.body.items).toMatchObject([{ metadata: { name: newer } }]);
  });

  test("an event lies where its object does", async () => {
    const { client, uniqueName } = context();
    const about = (involvedObject: object) =>
      client.post(corePath(), { metadata: { name: uniqueName("misplaced") }, involvedObject });
    const faults = { details: { causes: [{ field: "involvedObject.namespace" }] } };
    expect(await about({ kind: "PersistentVolume", name: "v" })).toMatchObject({ code: 422, body: faults });
    expect(await about({ kind: "PersistentVolumeClaim", name: "c", namespace: "default" })).toMatchObject({
      code: 422,
    });
    const name = uniqueName("placed");
    const involvedObject = { kind: "PersistentVolume", name: "v" };
    const placed = await client.post("/api/v1/namespaces/default/events", { metadata: { name }, involvedObject });
    expect(placed.code).toBe(201);
  });

  test("an event of the newer kind says who reports what", async () => {
    const { client, namespace, uniqueName } = context();
    const metadata = { name: uniqueName("anonymous") };
    const involvedObject = { kind: "Node", name: "n", namespace };
    const { code, body } = await client.post(corePath(), { metadata, involvedObject, eventTime });
    expect(code).toBe(422);
    const fields = new Set(body.details.causes.map(({ field }: { field: string }) => field));
    expect(fields).toEqual(new Set(["reportingComponent", "reportingInstance", "action", "reason"]));
  });

  test("events in a table", async () => {
    const { body } = await context().client.get(`${corePath()}?fieldSelector=involvedObject.uid=${newer}`, asTable);
    const columns = body.columnDefinitions.map(({ name, priority }: { name: string; priority: number }) =>
      priority === 0 ? name : `(${name})`,
    );
    expect(columns).toEqual([
      ...["Last Seen", "Type", "Reason", "Object", "(Subobject)", "(Source)", "Message", "(First Seen)", "(Count)"],
      "(Name)",
    ]);
    const cells = body.rows[0].cells;
    expect(cells.slice(1, 7)).toEqual([
      ...["Normal", "SnapshotExpired", "persistentvolumeclaim/data", "", "k8s-snapshots, here", "snapshot expired"],
    ]);
    expect(cells.slice(8)).toEqual([1, newer]);
  });
}
