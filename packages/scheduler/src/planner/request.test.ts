import { describe, expect, it } from "vitest";
import { historyOf, hourly, OneDisk, START, snapshotOf } from "../../test/rules/one-disk.ts";
import { type RequestMarks, readMarks } from "../state/marks.ts";
import { HOUR, MINUTE } from "../state/time.ts";
import { ruleOf } from "../testing/builders.ts";

const rule = ruleOf("PT1H PT3H");
const marks = (disk: OneDisk): RequestMarks => readMarks(disk.request().labels["k8s-snapshots/marks"]) as RequestMarks;

describe("rule 6: a request's key", () => {
  const key = (disk: OneDisk): string => disk.request().idempotencyKey;
  const due = (): OneDisk =>
    new OneDisk()
      .rule(rule)
      .list(historyOf([HOUR / 4]))
      .pass(0.75 * HOUR);

  it("is the same within an interval, and another in the next one", () => {
    const disk = due();
    const first = key(disk);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(key(disk.pass(20 * MINUTE))).toBe(first);
    expect(key(disk.pass(35 * MINUTE))).toBe(first);
    expect(key(disk.pass(5 * MINUTE))).not.toBe(first);
  });

  it("is another after one that failed, the same in each process that sees that one", () => {
    const ready = snapshotOf(2 * HOUR);
    const failed = [30, 20, 10].map((minutes) => snapshotOf(minutes * MINUTE, { state: "failed" }));
    const keyAfter = (...listed: ReturnType<typeof snapshotOf>[][]): string => {
      const disk = new OneDisk().rule(rule);
      for (const each of listed) disk.list([ready, ...each]);
      return key(disk.pass(5 * MINUTE));
    };
    const [first, second, third] = failed as [(typeof failed)[0], (typeof failed)[0], (typeof failed)[0]];
    const keys = new Set([keyAfter([]), keyAfter([first]), keyAfter([second]), keyAfter([third])]);
    expect(keys.size).toBe(4);
    expect(keyAfter(failed)).toBe(keyAfter([third]));
    expect(keyAfter([first], [first, second], failed)).toBe(keyAfter([third]));
    expect(keyAfter([third], [])).toBe(keyAfter([]));
  });
});

describe("rule 5: since when a request says that its schedule is in force", () => {
  const since = START - 9 * HOUR;

  it("is what the newest says, not an older one that is stuck", () => {
    const stuck = snapshotOf(40 * HOUR, { schedule: "P1D P7D", state: "pending" });
    const disk = new OneDisk().rule(rule).list([stuck, snapshotOf(2 * HOUR, { since })]);
    expect(marks(disk).since).toBe(since);
  });

  it("begins anew where the list lacks the newest", () => {
    const history = historyOf(hourly(4), { since });
    const disk = new OneDisk().rule(rule).list(history).list(history.slice(0, -1));
    expect(marks(disk.pass(HOUR)).since).toBe(START + HOUR);
  });

  it("begins anew where the newest does not say it", () => {
    const { "k8s-snapshots/marks": _, ...labels } = snapshotOf(2 * HOUR).labels;
    const disk = new OneDisk().rule(rule).list([{ ...snapshotOf(2 * HOUR), labels }]);
    expect(marks(disk).since).toBe(START);
  });
});

it("rule 15: a request says its moment, but not while the wall clock has just stepped", () => {
  const disk = new OneDisk().rule(rule).list([]);
  expect(marks(disk).requestedAt).toBe(START);
  disk.wallError = 6 * MINUTE;
  expect(marks(disk).requestedAt).toBeUndefined();
});
