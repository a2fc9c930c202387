import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually, HomeCluster } from "./home-cluster.ts";

const LIMIT = { timeout: 120_000 };

let home: HomeCluster;

beforeEach(async () => {
  home = await HomeCluster.start({ name: "data", deltas: "PT1H P1D", by: "annotation" });
});

afterEach(() => home.close());

describe("a start that fails leaves nothing open, and says in one line why:", LIMIT, () => {
  it("start-1: the HTTP port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    await expectFailure({ HTTP_LISTEN: `127.0.0.1:${port}` }, `HTTP_LISTEN: cannot listen on 127.0.0.1:${port}`);
    other.close();
  });

  it.each([
    [
      "a backend that is not there",
      { BACKENDS: "local,@acme/backend-nowhere" },
      "@acme/backend-nowhere cannot be used",
    ],
    ["no way to the cluster", { KUBE_CONFIG_FILE: "/nowhere/kubeconfig" }, "/nowhere/kubeconfig"],
  ])("%s", (_, changes, line) => expectFailure(changes as Record<string, string>, line));

  it("a cluster that refuses", async () => {
    home.kubernetes.rules.deny("get", "namespaces");
    await expectFailure({}, "cannot read the namespace kube-system");
  });

  async function expectFailure(changes: Record<string, string>, line: string): Promise<void> {
    const before = openServers();
    const { ended } = await home.run(changes);
    const error: unknown = await ended.catch((cause: unknown) => cause);
    expect((error as Error).message).toContain(line);
    expect((error as Error).message.split("\n")).toHaveLength(1);
    await eventually(() => expect(openServers()).toBe(before));
  }
});

it("start-2: asked to stop at any moment of its start, it ends in good order", LIMIT, async () => {
  const before = openServers();
  for (let moment = 0; moment < 20; moment++) {
    const daemon = await home.run();
    for (let turn = 0; turn < moment * moment; turn++) await new Promise((resolve) => setImmediate(resolve));
    await daemon.stop();
    expect(daemon.log.at(-1), `${moment}`).toMatchObject({ event: "daemon.stopped" });
  }
  await eventually(() => expect(openServers()).toBe(before));
});

/** What would keep the process alive; connections to the test's own cluster end with it. */
function openServers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "TCPServerWrap").length;
}
