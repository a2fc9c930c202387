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
