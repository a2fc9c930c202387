import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { SNAPSHOT_RULE_API_VERSION } from "@k8s-snapshots/k8s-source";
import type { CoverageDocument } from "@k8s-snapshots/status-page/api";
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

it(
  "says that a new volume is protected soon after its first snapshot is ready, not at the next list of a quiet hour",
  LIMIT,
  async () => {
    const daemon = await home.run({ PAGE_LISTEN: "127.0.0.1:0" });
    const url = await addressOf(daemon);
    await eventually(async () => {
      const { volumes } = (await (await fetch(`${url}api/v1/coverage`)).json()) as CoverageDocument;
      expect(volumes).toMatchObject([{ protection: "protected", held: 1 }]);
    });
    await daemon.stop();
  },
);

it("shows the rule that names the disk by itself as the volume's", LIMIT, async () => {
  await using nothing = await HomeCluster.start({ name: "data", deltas: "", by: "nothing" });
  const { store } = nothing.kubernetes;
  const { spec } = store.get("persistentvolumes", { name: "pv-data" }) as { spec?: { hostPath: { path: string } } };
  store.create("snapshotrules.k8s-snapshots.elsdoerfer.com", {
    apiVersion: SNAPSHOT_RULE_API_VERSION,
    kind: "SnapshotRule",
    metadata: { name: "disk", namespace: "kube-system" },
    spec: { deltas: "PT1H P1D", backend: "local", disk: { path: spec?.hostPath.path } },
  });
  const daemon = await nothing.run({ PAGE_LISTEN: "127.0.0.1:0" });
  const url = await addressOf(daemon);
  await eventually(async () => {
    const { volumes } = (await (await fetch(`${url}api/v1/coverage`)).json()) as CoverageDocument;
    expect(volumes).toMatchObject([{ rule: { id: "SnapshotRule/kube-system/disk" } }]);
  });
  await daemon.stop();
});

it("tells nothing of the namespaces that it may not show, by no way", LIMIT, async () => {
  home.addClaim("bank", "ledger");
  const daemon = await home.run({ PAGE_LISTEN: "127.0.0.1:0", PAGE_NAMESPACES: "default" });
  const url = await addressOf(daemon);
  const told: string[] = [];
  const listening = new AbortController();
  const events = await fetch(`${url}api/v1/events`, { signal: listening.signal });
  const reading = readAll(events, (text) => told.push(text)).catch(() => {});
  await eventually(async () => {
    const document = (await (await fetch(`${url}api/v1/coverage`)).json()) as CoverageDocument;
    expect(document.sum).toMatchObject({ volumes: 1 });
  });
  // Something happens in both.
  home.addClaim("bank", "vault");
  home.addClaim("default", "other");
  await eventually(() => expect(told.join("")).toContain("PersistentVolumeClaim/default/other"));
  const ledger = "PersistentVolumeClaim/bank/ledger";
  for (const path of [
    "api/v1/coverage",
    "api/v1/coverage?limit=100",
    `api/v1/coverage?volume=${ledger}&volume=PersistentVolume/pv-data`,
    `api/v1/timelines?volume=${ledger}`,
    `api/v1/volumes/${ledger}`,
    "api/v1/volumes/PersistentVolumeClaim/default/data",
    "",
  ]) {
    const answer = await fetch(`${url}${path}`);
    told.push(await answer.text());
    if (path.endsWith(`volumes/${ledger}`)) expect(answer.status).toBe(404);
  }
  listening.abort();
  await reading;
  for (const secret of ["bank", "ledger", "vault"]) expect(told.join("\n")).not.toContain(secret);
  await daemon.stop();
});

it("does not ask a daemon with settings that are not its own", async () => {
  const { code, errors } = await captureCommand(["coverage", "--from", "http://127.0.0.1:1/", "--context", "prod"]);
  expect([code, errors]).toEqual([2, expect.stringContaining("--from asks a daemon, which has its own --context")]);
});

async function readAll({ body }: Response, onText: (text: string) => void): Promise<void> {
  for await (const text of (body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(new TextDecoderStream()))
    onText(text);
}

async function addressOf({ log }: RunningDaemon): Promise<string> {
  const started = () => log.find(({ event }) => event === "page.started");
  await eventually(() => expect(started()).toBeDefined());
  return `http://127.0.0.1:${started()?.["port"]}/`;
}
