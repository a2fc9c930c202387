import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { captureCommand } from "./captured-command.ts";
import { eventually, HomeCluster, type RunningDaemon } from "./home-cluster.ts";

const LIMIT = { timeout: 120_000 };

let home: HomeCluster;

beforeEach(async () => {
  home = await HomeCluster.start({ name: "data", deltas: "PT1H P1D", by: "annotation" });
});

afterEach(() => home.close());

it("goes on with its snapshots, and says so, where the page's port is in use", LIMIT, async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const daemon = await home.run({ PAGE_LISTEN: `127.0.0.1:${port}` });
  await eventually(async () => expect(await home.owners()).toHaveLength(1));
  expect(daemon.log.find(({ event }) => event === "page.unavailable")?.["msg"]).toContain(
    `PAGE_LISTEN: cannot listen on 127.0.0.1:${port}`,
  );
  await daemon.stop();
  other.close();
});

it("shows only the namespaces that it may, and says the same as the command", LIMIT, async () => {
  for (const [namespaces, count] of [
    ["default", 1],
    ["bank", 0],
  ] as const) {
    const daemon = await home.run({ PAGE_LISTEN: "127.0.0.1:0", PAGE_NAMESPACES: namespaces });
    const url = await addressOf(daemon);
    await eventually(async () => {
      const response = await fetch(`${url}api/v1/coverage`);
      expect(((await response.json()) as { volumes?: readonly unknown[] }).volumes, namespaces).toHaveLength(count);
    });
    const hidden = await fetch(`${url}api/v1/volumes/PersistentVolumeClaim/default/data`);
    expect(hidden.status).toBe(count === 1 ? 200 : 404);
    const { output, code } = await captureCommand(["coverage", "--from", url]);
    expect(output).toContain(`the daemon at ${url}`);
    expect(output).toMatch(count === 1 ? /^1 volume: /m : /^0 volumes: /m);
    expect(code).toBe(count === 1 && !output.includes("1 protected") ? 1 : 0);
    await daemon.stop();
  }
});

it("does not ask a daemon with settings that are not its own", async () => {
  const { code, errors } = await captureCommand(["coverage", "--from", "http://127.0.0.1:1/", "--context", "prod"]);
  expect([code, errors]).toEqual([2, expect.stringContaining("--from asks a daemon, which has its own --context")]);
});

async function addressOf({ log }: RunningDaemon): Promise<string> {
  const started = () => log.find(({ event }) => event === "page.started");
  await eventually(() => expect(started()).toBeDefined());
  return `http://127.0.0.1:${started()?.["port"]}/`;
}
