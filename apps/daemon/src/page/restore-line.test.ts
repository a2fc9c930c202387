import { expect, it } from "vitest";
import { restoreLine } from "./restore-line.ts";

it("restores a claim, a volume, and one of a time", () => {
  expect(restoreLine({ namespace: "shop", name: "data" })).toBe(
    "k8s-snapshots restore pvc/data -n shop --to-claim data-restored",
  );
  expect(restoreLine({ name: "pv-data" }, Date.UTC(2026, 10, 28))).toBe(
    "k8s-snapshots restore pv/pv-data --to-claim pv-data-restored --at 2026-11-28T00:00:00Z",
  );
});

it("is one command whatever the name is", () => {
  expect(restoreLine({ namespace: "shop", name: "a'; rm -rf $HOME" })).toBe(
    `k8s-snapshots restore 'pvc/a'\\''; rm -rf $HOME' -n shop --to-claim 'a'\\''; rm -rf $HOME-restored'`,
  );
});
