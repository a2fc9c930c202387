import { CLUSTER_LABEL } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { historyOf, hourly, OneDisk, snapshotOf } from "../../test/rules/one-disk.ts";
import { ruleOf } from "../testing/index.ts";
import type { ListedSnapshot } from "./claim-snapshots.ts";
import { HOUR, MINUTE } from "./time.ts";

const history = historyOf(hourly(4));

/** Requested after the first list, by a process of that name. */
function requestedBy(instance: string, minute: number): ListedSnapshot {
  return snapshotOf(-minute * MINUTE, { id: `by-${instance}`, instance });
}

function listed(...others: ListedSnapshot[]): OneDisk {
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(history);
  return disk.pass(HOUR).list([...history, ...others]);
}

it("rule 6: of other processes at work eight are remembered, and how many snapshots they took", () => {
  const others = Array.from({ length: 12 }, (_, index) => requestedBy(`i${index}`, index + 1));
  const disk = listed(...others);
  expect(disk.state.elsewhere).toMatchObject({ count: 12, newest: others.at(-1)?.createdAt });
  expect(disk.state.elsewhere?.instances).toHaveLength(8);
  expect(disk.list([...history, ...others]).state.elsewhere?.count).toBe(12);
});

it("rule 6: what carries no cluster, and what this process requested, is nobody else's work", () => {
  const { labels, ...snapshot } = requestedBy("other", 1);
  const bare = {
    ...snapshot,
    labels: Object.fromEntries(Object.entries(labels).filter(([key]) => key !== CLUSTER_LABEL)),
  };
  expect(listed({ ...snapshot, labels }).state.elsewhere?.instances).toEqual(["other"]);
  expect(listed(bare).state.elsewhere).toBeUndefined();
  expect(listed(requestedBy("me", 1)).state.elsewhere).toBeUndefined();
});
