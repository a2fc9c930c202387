import { expect, it } from "vitest";
import { historyOf, hourly, OneDisk } from "../../test/rules/one-disk.ts";
import { ruleOf } from "../testing/index.ts";
import { deletionsDone } from "./reduce-deletion.ts";
import { HOUR, MINUTE } from "./time.ts";

it("deletions that are done together leave together, and their refusals are forgotten", () => {
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(historyOf(hourly(9)));
  const [one = "", other = ""] = disk.deletions();
  disk
    .deletionRefused(one)
    .deletionRefused(other)
    .pass(2 * HOUR);
  disk.fact({ type: "deletion.sent", id: one });
  const kept = disk.state.refusals.find(({ id }) => id === other);
  const after = deletionsDone(disk.state, [one, "another"], disk.present);
  expect(after.leaving).toEqual([
    { id: one, answeredAt: 2 * HOUR },
    { id: "another", answeredAt: 2 * HOUR },
  ]);
  expect(after.refusals).toEqual([kept]);
  const later = deletionsDone(after, ["third"], disk.pass(MINUTE).present);
  expect(later.leaving).toEqual([...after.leaving, { id: "third", answeredAt: 2 * HOUR + MINUTE }]);
});

it("of deletions that count for a budget no more than a thousand and one are remembered", () => {
  const orphan = new OneDisk().list(historyOf(hourly(2)));
  const ruled = new OneDisk().rule(ruleOf("PT1H PT3H")).list(historyOf(hourly(2)));
  expect(ruled.deleted("first", true).state.room).toEqual({ deletedAt: [0], used: false });
  for (let count = 0; count < 1_100; count++) {
    orphan.deleted(`gone-${count}`);
    ruled.deleted(`gone-${count}`, true);
  }
  expect(orphan.state.orphanDeletions).toHaveLength(1_001);
  expect(ruled.state.room?.deletedAt).toHaveLength(1_001);
});

it("rule 7: of tries that were refused again those of the last hour count", () => {
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(historyOf(hourly(9)));
  const [id = ""] = disk.deletions();
  const triedAgainAt = () => disk.deletionRefused(id).state.refusalRound?.triedAgainAt;
  expect(triedAgainAt()).toEqual([]);
  disk.pass(HOUR);
  expect(triedAgainAt()).toEqual([HOUR]);
  disk.pass(MINUTE);
  expect(triedAgainAt()).toEqual([HOUR, HOUR + MINUTE]);
  disk.pass(HOUR);
  expect(triedAgainAt()).toEqual([2 * HOUR + MINUTE]);
});
