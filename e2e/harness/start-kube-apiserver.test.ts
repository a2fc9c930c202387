import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { KubernetesBinaries } from "./kubernetes-binaries.ts";
import { type KubeApiserver, startKubeApiserver } from "./start-kube-apiserver.ts";

const { kubernetes, kubectl } = inject("programs");

describe.skipIf(kubernetes === undefined || kubectl === undefined)("a kube-apiserver for tests", () => {
  let server: KubeApiserver;

  beforeAll(async () => {
    server = await startKubeApiserver(kubernetes as KubernetesBinaries, { users: ["daemon"] });
  });
  afterAll(() => server?.stop());

  async function call(user: string | undefined, ...words: string[]): Promise<string> {
    const environment = { ...process.env, KUBECONFIG: await server.kubeconfig(user) };
    return (await promisify(execFile)("kubectl", words, { env: environment })).stdout.trim();
  }

  test("the administrator may do everything, a user what a role allows", async () => {
    await expect(call("daemon", "get", "pv")).rejects.toThrow('User "daemon" cannot list resource "persistentvolumes"');
    await call(undefined, "create", "clusterrole", "reader", "--verb=list", "--resource=persistentvolumes");
    await call(undefined, "create", "clusterrolebinding", "reader", "--clusterrole=reader", "--user=daemon");
    await expect.poll(() => call("daemon", "auth", "can-i", "list", "pv").catch(() => "no")).toBe("yes");
    expect(() => server.token("stranger")).toThrow(/stranger/);
  });

  test("it goes away and comes back with its address and data", async () => {
    await call(undefined, "create", "namespace", "lasting");
    const { url } = server;
    await server.stopApiServer();
    await expect(call(undefined, "get", "namespaces")).rejects.toThrow(/refused/);
    await server.startApiServer();
    expect(server.url).toBe(url);
    expect(await call(undefined, "get", "namespace", "lasting", "-o", "name")).toBe("namespace/lasting");
  });

  test("nothing is left of it", async () => {
    const folder = dirname(await server.kubeconfig());
    const { stdout } = await promisify(execFile)("ps", ["-eo", "args"]);
    expect(stdout).toContain(folder);
    await server.stop();
    expect(existsSync(folder)).toBe(false);
    await expect.poll(async () => (await promisify(execFile)("ps", ["-eo", "args"])).stdout).not.toContain(folder);
  });
});
