import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { EMULATOR_TOKEN, startDigitalOceanEmulator } from "@k8s-snapshots/emulator-digitalocean";
import { expect, onTestFinished, test } from "vitest";
import { errorOfAnswer } from "../src/digitalocean-error.ts";
import { createBackend } from "../src/index.ts";
import { type Account, labels, location, openAccount } from "./account.ts";

const here = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(here, "README.md"), "utf8");

test("the README's example lists snapshots", async () => {
  const now = Date.UTC(2026, 10, 24);
  const cloud = await startDigitalOceanEmulator({ now: () => now });
  onTestFinished(() => cloud.close());
  const { id } = cloud.storage.createVolume({ name: "data", region: "fra1" });
  const snapshot = cloud.storage.createSnapshot(id, { name: "seed", tags: ["created-by:k8s-snapshots"] });
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const program = spawn(
    process.execPath,
    ["--conditions=@k8s-snapshots/source", "--input-type=module-typescript", "--eval", example],
    {
      cwd: new URL("..", import.meta.url),
      env: { DIGITALOCEAN_ACCESS_TOKEN: EMULATOR_TOKEN, DIGITALOCEAN_API_URL: cloud.url },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  onTestFinished(() => void program.kill());
  expect(await text(program.stdout)).toBe(`${snapshot.id} ready 2026-11-24T00:00:00.000Z\n`);
});

/** Its table of what is called. */
const called = [
  ...readme.matchAll(/^\| [^|]+ \| `(\w+\.\w+)` \| \[`([A-Z]+ [^`]+)`\]\[([\w-]+)\] \| ([^|]+) \|$/gm),
].map(([, method = "", route = "", link = "", scopes = ""]) => ({
  method,
  route,
  link: new RegExp(`^\\[${link}\\]: https://docs\\.digitalocean\\.com/\\S+#(\\w+)$`, "m").exec(readme)?.[1],
  scopes: [...scopes.matchAll(/`([a-z_]+:[a-z]+)`/g)].map(([, scope = ""]) => scope),
}));

test("the README's calls of digitalocean-js are those in the code", async () => {
  const sources = (await Array.fromAsync(glob("src/*.ts", { cwd: here }))).filter((file) => !file.endsWith(".test.ts"));
  const code = sources.map((file) => readFileSync(join(here, file), "utf8")).join("\n");
  const calls = [...code.matchAll(/\b(?:account|blockStorage|snapshots|tags)\.[a-z]\w+(?=\()/gi)].map(([call]) => call);
  const ofArrays = ["tags.filter", "tags.map", "tags.flatMap"];
  const methods = new Set(calls.filter((call) => !ofArrays.includes(call)));
  expect(methods).toEqual(new Set(called.map(({ method }) => method)));
});

test("the README's requests and scopes are those that all methods together need, as DigitalOcean describes them", async () => {
  const { cloud, backend, request } = await openAccount();
  const held = { [HOLD_LABEL]: "true" };
  const { id } = await backend.createSnapshot(request({ labels: { ...labels, [HOLD_LABEL]: "false" } }));
  await backend.createSnapshot(request({ mayExist: true }));
  await Array.fromAsync(backend.listSnapshots({ location, labels }));
  await backend.setSnapshotLabels?.({ id, location }, held);
  const restored = { snapshot: { id, location }, name: "new", labels, idempotencyKey: "new" };
  const { diskId = "" } = (await backend.restoreSnapshot?.(restored)) ?? {};
  await backend.removeRestored?.({ diskId, location, idempotencyKey: "new" });
  await backend.diskForSpec({ volumeName: "data" });
  await backend.deleteSnapshot({ id, location });
  const { checks = [] } = (await backend.checkAccess?.(location)) ?? {};
  const asked = new Map(cloud.requests.list().map((each) => [each.route, each]));
  expect(new Set(called.map(({ route }) => route))).toEqual(new Set(asked.keys()));
  for (const { route, link, scopes } of called) {
    const { operation, scopes: described = [] } = asked.get(route) ?? {};
    expect(link).toBe(operation);
    // DigitalOcean's description names no scopes for the tags that an answer shows or a creation sets.
    const needed = new Set([...described, ...scopes.filter((scope) => /^tag:(?:read|create)$/.test(scope))]);
    expect(new Set(scopes), route).toEqual(needed);
  }
  // Whose token it is, nobody needs to know, and taking a restore back is nothing that the daemon does by itself.
  const besides = ["account:read", "block_storage:delete"];
  const all = called.flatMap(({ scopes }) => scopes).filter((scope) => !besides.includes(scope));
  const [sentence = ""] = /^A token for all of it has .*?\.$/ms.exec(readme) ?? [];
  const together = [...sentence.matchAll(/`([a-z_]+:[a-z]+)`/g)].map(([, scope = ""]) => scope);
  expect(together.toSorted()).toEqual([...new Set(all)].toSorted());
  expect(new Set(all)).toEqual(new Set(checks.map(({ permission }) => permission)));
});

test.each([
  ["a list", 1, ({ backend }) => Array.fromAsync(backend.listSnapshots({ location, labels }))],
  ["a snapshot", 1, ({ backend, request }) => backend.createSnapshot(request({ idempotencyKey: "b" }))],
  [
    "a snapshot whose answer was lost",
    2,
    ({ backend, request }) => backend.createSnapshot(request({ idempotencyKey: "b", mayExist: true })),
  ],
  ["a deletion", 1, ({ backend }, id) => backend.deleteSnapshot({ id, location })],
  ["a reading", 1, async ({ backend }, id) => backend.readSnapshot?.({ id, location })],
  ["a label set later", 3, async ({ backend }, id) => backend.setSnapshotLabels?.({ id, location }, { owner: "me" })],
  ["a label replaced", 4, async ({ backend }, id) => backend.setSnapshotLabels?.({ id, location }, { kind: "b" })],
  ["a volume by its name", 1, ({ backend }) => backend.diskForSpec({ volumeName: "data" })],
] satisfies [string, number, (account: Account, id: string) => Promise<unknown>][])(
  "%s costs %i requests, as the README says",
  async (_, count, method) => {
    const account = await openAccount();
    const { id } = await account.backend.createSnapshot(account.request({ labels: { ...labels, kind: "a" } }));
    account.cloud.requests.clear();
    await method(account, id);
    expect(account.cloud.requests.list()).toHaveLength(count);
  },
);

test("the README's limits are those that the backend declares", async () => {
  const { capabilities } = await createBackend({ environment: {} });
  const { create, delete: deletions, list } = capabilities.callsPerSecond ?? {};
  expect(readme).toContain(`[${capabilities.maxSnapshotsPerDisk} snapshots of a volume]`);
  expect(readme).toContain(`[one snapshot of a volume in ${(capabilities.minIntervalMs ?? 0) / 60_000} minutes]`);
  expect(readme).toContain(`${create} creations, ${deletions} deletions and ${list} pages of lists a second`);
});

const rows = [...readme.matchAll(/^\| (\d{3}[^|]*) \| `([a-z-]+)` \|$/gm)];
const named = rows.flatMap(([, said = "", code = ""]) =>
  [...said.matchAll(/\b\d{3}\b/g)].map(([status]) => [Number(status), said.includes("limit"), code] as const),
);

test("the README's errors are many", () => {
  expect(named.length).toBeGreaterThan(8);
});

test.each(named)("status %i (naming a limit: %s) is %s, as the README says", (status, isLimit, code) => {
  const body = { id: "an_id", message: isLimit ? "volume snapshot limit exceeded" : "no" };
  const refusal = { status, headers: {}, text: JSON.stringify(body), now: 0 };
  expect(errorOfAnswer(refusal, { doing: "creating", scopes: [] }).code).toBe(code);
});
