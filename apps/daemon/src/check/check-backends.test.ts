import { BackendError, type SnapshotBackend } from "@k8s-snapshots/backend-api";
import { createMemoryBackend, type MemoryBackendOptions } from "@k8s-snapshots/backend-api/memory";
import { parseDeltas } from "@k8s-snapshots/retention";
import type { Rule } from "@k8s-snapshots/scheduler";
import { expect, it } from "vitest";
import type { Finding } from "../rules/resolved-rule.ts";
import { checkBackends, isFine } from "./check-backends.ts";

it("asks each location with a disk once", async () => {
  const { backend } = world({ locations: ["here", "there"] });
  const checks = await checkBackends(
    { rules: [rule("a", "here"), rule("b", "here"), rule("c", "there")], findings: [] },
    loaded(backend),
  );
  expect(checks.map(({ location }) => location)).toEqual(["here", "there"]);
  expect(checks.every(isFine)).toBe(true);
});

it("says which permission is missing", async () => {
  const { backend, storage } = world({ locations: ["here"] });
  storage.denied.add("memory.snapshots.delete");
  const [check] = await checkBackends({ rules: [rule("a", "here")], findings: [] }, loaded(backend));
  const missing = check?.permissions.filter(({ status }) => status === "missing");
  expect(missing?.map(({ permission }) => permission)).toEqual(["memory.snapshots.delete"]);
  expect(check && isFine(check)).toBe(false);
});

it("says how many snapshots are allowed, and how many the rules keep", async () => {
  const { backend, storage } = world({ locations: ["here"] });
  storage.setLimits({ maxSnapshots: 100 });
  const rules = [rule("a", "here"), rule("b", "here")];
  const [check] = await checkBackends({ rules, findings: [] }, loaded(backend));
  expect(check).toMatchObject({ limits: { maxSnapshots: 100 }, needed: 20 });
  expect(check && isFine(check)).toBe(true);
  storage.setLimits({ maxSnapshots: 19 });
  const [exceeded] = await checkBackends({ rules, findings: [] }, loaded(backend));
  expect(exceeded && isFine(exceeded)).toBe(false);
});

it("a quota that may not be read fails nothing", async () => {
  const { backend, storage } = world({ locations: ["here"] });
  storage.denied.add("memory.limits.get");
  const [check] = await checkBackends({ rules: [rule("a", "here")], findings: [] }, loaded(backend));
  expect(check?.limits).toBeUndefined();
});

it("says of a location that cannot be asked why, beside the others", async () => {
  const { backend } = world({ locations: ["here"] });
  const refusing: SnapshotBackend = {
    ...world({ name: "google", locations: ["project"] }).backend,
    name: "google",
    checkAccess: async () => {
      throw new BackendError("unauthenticated", "there are no credentials");
    },
  };
  const rules = [rule("a", "here"), rule("b", "project", "google")];
  const checks = await checkBackends({ rules, findings: [] }, loaded(backend, refusing));
  expect(checks.map(({ backend: name, error }) => [name, error])).toEqual([
    ["memory", undefined],
    ["google", "there are no credentials"],
  ]);
});

it("says once of a backend that cannot tell which disks are meant", async () => {
  const findings = ["a", "b"].map(
    (name): Finding => ({
      id: name,
      name,
      reason: "BackendUnavailable",
      message: `${name} cannot be told`,
      failure: { backend: "google", code: "unauthenticated" },
    }),
  );
  const checks = await checkBackends({ rules: [], findings }, new Map());
  expect(checks).toEqual([{ backend: "google", location: undefined, permissions: [], error: "a cannot be told" }]);
});

it("takes a backend that no rule needs for fine", async () => {
  const { backend } = world({ locations: ["here"] });
  const checks = await checkBackends({ rules: [], findings: [] }, loaded(backend));
  expect(checks).toEqual([{ backend: "memory", location: undefined, permissions: [] }]);
  expect(checks.every(isFine)).toBe(true);
});

function world(options: MemoryBackendOptions): ReturnType<typeof createMemoryBackend> {
  return createMemoryBackend(options);
}

function loaded(...backends: readonly SnapshotBackend[]): ReadonlyMap<string, SnapshotBackend> {
  return new Map(backends.map((backend) => [backend.name, backend]));
}

function rule(name: string, location: string, backend = "memory"): Rule {
  return {
    id: name,
    name,
    backend,
    disk: { location, id: name },
    deltas: parseDeltas("P1D P8D"),
  };
}
