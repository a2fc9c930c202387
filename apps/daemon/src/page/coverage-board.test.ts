import type { ClaimObject } from "@k8s-snapshots/k8s-source";
import { expect, it } from "vitest";
import type { CoverageSources } from "../coverage/cluster-coverage.ts";
import { coveragePieces } from "../coverage/coverage-report.ts";
import { CoverageBoard } from "./coverage-board.ts";
import { streamOf } from "./json-stream.ts";

function claimOf(namespace: string, name: string, annotations = {}): [string, ClaimObject] {
  const metadata = { namespace, name, uid: `uid-${name}`, creationTimestamp: "2026-01-01T00:00:00Z", annotations };
  return [`${namespace}/${name}`, { metadata, spec: {} }];
}

function sourcesOf(claims: Map<string, ClaimObject>): CoverageSources {
  const known = { lastPlan: () => undefined, errorOf: () => undefined };
  return {
    objects: { claims, volumes: new Map() },
    rules: new Map(),
    known,
    disks: { diskOf: () => undefined },
    excludeKey: "exclude",
  };
}

it("looks once for all who ask in a second, and says what changed since the last look", async () => {
  const claims = new Map([claimOf("shop", "a"), claimOf("shop", "b")]);
  const changed: string[][] = [];
  let now = 0;
  let looks = 0;
  const sources = (): CoverageSources => {
    looks++;
    return sourcesOf(claims);
  };
  const board = new CoverageBoard({ sources, onChange: (objects) => changed.push([...objects]), clock: () => now });
  const [first, second] = await Promise.all([board.read(), board.read()]);
  expect(first).toBe(second);
  now += 999;
  await board.read();
  expect(looks).toBe(1);

  claims.delete("shop/a");
  claims.set(...claimOf("shop", "b", { exclude: "scratch" }));
  claims.set(...claimOf("shop", "c"));
  now += 1;
  const { volumes = [] } = (await board.read()) ?? {};
  expect(volumes.map(({ name, protection }) => `${name} ${protection}`)).toEqual(["c unprotected", "b excluded"]);
  expect(changed).toEqual([
    ["PersistentVolumeClaim/shop/b", "PersistentVolumeClaim/shop/c", "PersistentVolumeClaim/shop/a"],
  ]);
});

it("shows only the namespaces that it may", async () => {
  const claims = new Map([claimOf("shop", "a"), claimOf("bank", "b")]);
  const board = new CoverageBoard({ sources: () => sourcesOf(claims), namespaces: ["bank"] });
  expect([...((await board.read())?.byObject.keys() ?? [])]).toEqual(["PersistentVolumeClaim/bank/b"]);
});

it("knows nothing before the cluster's objects are known", async () => {
  expect(await new CoverageBoard({ sources: () => undefined }).read()).toBeUndefined();
});

it("lets others have their turn while it looks at 10,000 volumes and writes them down", {
  timeout: 120_000,
}, async () => {
  const claims = new Map(Array.from({ length: 10_000 }, (_, index) => claimOf("shop", `data-${index}`)));
  const board = new CoverageBoard({ sources: () => sourcesOf(claims) });
  let turns = 0;
  const count = (): void => {
    turns++;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  const known = await board.read();
  const volumes = known?.volumes ?? [];
  const written = await new Response(
    streamOf(coveragePieces({ now: new Date(), cluster: "home", asked: "the daemon", volumes })),
  ).text();
  clearImmediate(immediate);
  expect(volumes).toHaveLength(10_000);
  // In chunks of 64 KiB, and a turn between two of them.
  expect(turns).toBeGreaterThan(written.length / (2 * 64 * 1024));
});
