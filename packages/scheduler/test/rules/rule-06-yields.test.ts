import { expect, it } from "vitest";
import type { ListedSnapshot } from "../../src/state/claim-snapshots.ts";
import { HOUR, MINUTE } from "../../src/state/time.ts";
import { ruleOf } from "../../src/testing/index.ts";
import { historyOf, hourly, OneDisk, snapshotOf } from "./one-disk.ts";

const history = historyOf(hourly(4));

/** Another process has taken two since this one began; the next is due eighty minutes after that. */
function beside(other: string): { readonly disk: OneDisk; readonly all: readonly ListedSnapshot[] } {
  const taken = [10, 20].map((minute) => snapshotOf(-minute * MINUTE, { instance: other }));
  const all = [...history, ...taken];
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(history).pass(HOUR).list(all);
  return { disk: disk.pass(20 * MINUTE).list(all), all };
}

it("rule 6: of two daemons the one whose mark comes first goes on, the other waits a tenth of the interval and a list", () => {
  expect(beside("zoe").disk.plan().creation?.reason).toBe("due");

  const { disk, all } = beside("ada");
  expect(disk.plan().creation).toBeUndefined();
  expect(
    disk
      .pass(6 * MINUTE - 1)
      .list(all)
      .creates(),
  ).toBe(false);
  disk.pass(2);
  expect(disk.plan()).toMatchObject({ creation: undefined, listAt: disk.present.moment.monotonic });
  expect(disk.list(all).plan().creation?.reason).toBe("due");
});
