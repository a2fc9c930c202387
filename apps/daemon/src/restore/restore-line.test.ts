import { expect, it } from "vitest";
import { restoreLine } from "./restore-line.ts";

it("restores a claim, a volume, and one of a time", () => {
  expect(restoreLine({ source: "pvc/data", namespace: "shop", name: "data" })).toBe(
    "k8s-snapshots restore pvc/data -n shop --to-claim data-restored",
  );
  expect(restoreLine({ source: "pv/pv-data", name: "pv-data", takenAt: Date.UTC(2026, 10, 28) })).toBe(
    "k8s-snapshots restore pv/pv-data --to-claim pv-data-restored --at 2026-11-28T00:00:00Z",
  );
});

it("is one command whatever the name is", () => {
  const name = "a'; rm -rf $HOME";
  expect(restoreLine({ source: `pvc/${name}`, namespace: "shop", name })).toBe(
    `k8s-snapshots restore 'pvc/a'\\''; rm -rf $HOME' -n shop --to-claim 'a'\\''; rm -rf $HOME-restored'`,
  );
});
