import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { EMULATOR_TOKEN, startDigitalOceanEmulator } from "@k8s-snapshots/emulator-digitalocean";
import { expect, onTestFinished, test } from "vitest";
import { checkScopes } from "../src/digitalocean-access.ts";
import { DigitalOceanClient } from "../src/digitalocean-client.ts";
import { errorOfAnswer } from "../src/digitalocean-error.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

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

test("the README's scopes are those that the check of access tries", async () => {
  const cloud = await startDigitalOceanEmulator();
  onTestFinished(() => cloud.close());
  const checks = await checkScopes(new DigitalOceanClient({ token: EMULATOR_TOKEN, apiUrl: cloud.url }), undefined);
  const table = readme.slice(readme.indexOf("| scope |"), readme.indexOf("`checkAccess`"));
  const named = [...table.matchAll(/`([a-z_]+:[a-z]+)`/g)].map(([, scope]) => scope);
  expect(new Set(named)).toEqual(new Set(checks.map(({ permission }) => permission)));
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
