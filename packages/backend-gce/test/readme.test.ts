import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { startGceEmulator } from "@k8s-snapshots/emulator-gce";
import { expect, onTestFinished, test } from "vitest";
import { ComputeError } from "../src/compute-error.ts";
import { toBackendError } from "../src/gce-error.ts";
import { createBackend } from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const role = readFileSync(new URL("../../../deploy/google/role.yaml", import.meta.url), "utf8");

test("the README's example lists snapshots", async () => {
  const now = Date.UTC(2026, 10, 24);
  const project = "my-project";
  const cloud = await startGceEmulator({ projects: [project], now: () => now });
  onTestFinished(() => cloud.close());
  cloud.store.createDisk({ project, zone: "europe-west1-b", name: "data" });
  const environment = { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url, GCLOUD_PROJECT: project };
  const backend = await createBackend({ environment });
  onTestFinished(() => backend.close?.());
  const disk = await backend.diskForSpec({ name: "data", zone: "europe-west1-b" });
  const labels = { "created-by": "k8s-snapshots" };
  const { id } = await backend.createSnapshot({ disk, name: "data", description: "", labels, idempotencyKey: "key" });

  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const program = spawn(
    process.execPath,
    ["--conditions=@k8s-snapshots/source", "--input-type=module-typescript", "--eval", example],
    { cwd: new URL("..", import.meta.url), env: environment, stdio: ["ignore", "pipe", "inherit"] },
  );
  onTestFinished(() => void program.kill());
  expect(await text(program.stdout)).toBe(`${id} ready 2026-11-24T00:00:00.000Z\n`);
});

test("the README and the role name the permissions that the check of access tries", async () => {
  const cloud = await startGceEmulator();
  onTestFinished(() => cloud.close());
  const backend = await createBackend({ environment: { GOOGLE_COMPUTE_CUSTOM_ENDPOINT: cloud.url } });
  onTestFinished(() => backend.close?.());
  const { checks } = await backend.checkAccess("emulated-project");
  const tried = checks.map(({ permission }) => permission).toSorted();
  const named = (page: string): string[] => [...new Set(page.match(/\bcompute\.\w+\.\w+/g))].toSorted();
  // What the shipped role leaves out is not tried either.
  const table = readme.slice(readme.indexOf("| permission |"), readme.indexOf("## Limits"));
  expect(named(table.replaceAll(/^.*not in the role.*$/gm, ""))).toEqual(tried);
  expect(named(role)).toEqual(tried);
});

const rows = [...readme.matchAll(/^\| (\d{3} `[^|]*) \| `([a-z-]+)` \|$/gm)];
const named = rows.flatMap(([, said = "", code = ""]) =>
  [...said.matchAll(/`(\w+)`/g)].map(([, reason = ""]) => [Number(said.slice(0, 3)), reason, code] as const),
);

test("the README's errors are many", () => {
  expect(named.length).toBeGreaterThan(8);
});

test.each(named)("%i %s is %s, as the README says", (status, reason, code) => {
  const error = ComputeError.ofAnswer(status, { error: { errors: [{ reason }] } });
  expect(toBackendError(error, "creating").code).toBe(code);
});
