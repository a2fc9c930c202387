import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { ApiClient, type ApiUnderTest } from "./suite/api-client.ts";
import { compactionTests } from "./suite/compaction-tests.ts";
import { createTests } from "./suite/create-tests.ts";
import { customResourceTests } from "./suite/custom-resource-tests.ts";
import { deleteTests } from "./suite/delete-tests.ts";
import { discoveryTests } from "./suite/discovery-tests.ts";
import { eventTests } from "./suite/event-tests.ts";
import { listTests } from "./suite/list-tests.ts";
import { patchTests } from "./suite/patch-tests.ts";
import { refusalTests } from "./suite/refusal-tests.ts";
import type { SuiteContext } from "./suite/suite-context.ts";
import { tableTests } from "./suite/table-tests.ts";
import { updateTests } from "./suite/update-tests.ts";
import { watchTests } from "./suite/watch-tests.ts";

/**
 * What the emulator and a real kube-apiserver must both do, by plain HTTP. Run against both, it keeps the one from
 * drifting away from the other.
 *
 * @param start - starts a server; called once, and its `stop` at the end
 */
export function kubernetesApiSuite(start: () => Promise<ApiUnderTest>): void {
  let context: SuiteContext | undefined;
  const get = (): SuiteContext => {
    if (context === undefined) throw new Error("the server has not started");
    return context;
  };

  beforeAll(async () => {
    const server = await start();
    const client = new ApiClient(server.url);
    const namespace = `parity-${randomBytes(4).toString("hex")}`;
    const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(4).toString("hex")}`;
    context = { server, client, namespace, core: `/api/v1/namespaces/${namespace}`, uniqueName };
    const made = await client.post("/api/v1/namespaces", { metadata: { name: namespace } });
    expect(made.code).toBe(201);
  }, 120_000);

  afterAll(() => context?.server.stop(), 60_000);

  describe("discovery", () => discoveryTests(get));
  describe("create", () => createTests(get));
  describe("update", () => updateTests(get));
  describe("patch", () => patchTests(get));
  describe("delete", () => deleteTests(get));
  describe("list", () => listTests(get));
  describe("watch", () => watchTests(get));
  describe("events", () => eventTests(get));
  describe("custom resources", () => customResourceTests(get));
  describe("tables", () => tableTests(get));
  describe("refusals", () => refusalTests(get));
  describe("compaction", () => compactionTests(get));
}
