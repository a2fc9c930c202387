import { expect, it } from "vitest";
import { errorOf, historyOf, hourly, OneDisk } from "../../test/rules/one-disk.ts";
import { ruleOf } from "../testing/index.ts";
import { HOUR } from "./time.ts";

it("of a request that was never in doubt nothing is noted of doubt, and of one without marks none", () => {
  const disk = new OneDisk().rule(ruleOf("PT1H PT3H")).list(historyOf(hourly(4, HOUR)));
  const { labels: _, ...request } = disk.request();
  disk.fact({ type: "creation.sent", request: { ...request, labels: {} } });
  expect(Object.keys(disk.state.creation ?? {})).toEqual(["request", "isUnderWay", "lostMarks"]);
  disk.fact({ type: "creation.refused", error: errorOf({ outcome: "unknown" }) });
  expect(disk.state.creation?.lostMarks).toEqual([]);
});
