import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { wholeCount } from "../../../../test-support/whole-count.ts";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = "2026-11-27T14:15:00Z";
const now = Date.parse(NOW);

describe("plan --diff, drawn", () => {
  it.each([
    ["fewer-generations.txt", ["PT1H P1D P30D", "P1D P7D"]],
    ["one-more-generation.txt", ["P1D P7D", "P1D P7D P1Y"]],
    ["confirmed.txt", ["PT1H P1D P30D", "P1D P7D", "--confirm-deltas"]],
    ["long-interval.txt", ["P1D P30D", "P30D P1Y"]],
    ["many.txt", ["PT1M P7D", "PT1H P7D"]],
  ])("%s: %j", { timeout: 60_000 }, async (file, words) => {
    const { code, output } = await diff([...words, "--now", NOW]);
    expect(code).toBe(0);
    expect(Math.max(...output.split("\n").map((line) => [...line].length))).toBeLessThanOrEqual(80);
    await expect(output).toMatchFileSnapshot(`__fixtures__/plan-diff-${file}`);
  });

  it("lists those that go of a file in the order in which they go, each with the time and why", async () => {
    const { output } = await diff(["P1D P30D", "P1D P7D", "--snapshots", "-", "--now", NOW], daily(31));
    await expect(output).toMatchFileSnapshot("__fixtures__/plan-diff-file.txt");
  });

  it("is in the reference as it is", async () => {
    const page = await readFile(new URL("../../../../docs/reference/plan.md", import.meta.url), "utf8");
    const { output } = await diff(["PT1H P1D P30D", "P1D P7D", "--now", NOW]);
    expect(page).toContain(`\n${output}\`\`\`\n`);
  });

  it("shows times in the zone of TZ", async () => {
    const args = ["P1D P30D", "P1D P7D", "--snapshots", "-", "--now", NOW];
    const { output } = await diff(args, daily(31), { TZ: "Europe/Berlin" });
    expect(output).toContain("    from  2026-11-29T15:15+01:00");
  });
});

describe("plan --diff, as JSON", () => {
  it("says what both keep, what only the old deltas do and when it goes, and why, with dates", async () => {
    const { kept, expires, when, ...rest } = await json(["P1D P30D", "P1D P7D"], daily(31));
    expect(rest).toEqual({
      old: "P1D P30D",
      new: "P1D P7D",
      now: "2026-11-27T14:15:00.000Z",
      forecast: { old: { fewest: 28, most: 32 }, new: { fewest: 7, most: 9 } },
      deferrals: [],
    });
    expect(kept).toHaveLength(8);
    expect(kept[0]).toEqual({
      id: "s0",
      createdAt: "2026-11-27T14:15:00.000Z",
      keptBy: "both",
      reasons: [{ kind: "newest" }],
      // It has grown too old for the new deltas by then.
      until: "2026-12-13T14:15:00.000Z",
    });
    expect(when["lookedUntil"]).toBe("2026-12-13T14:15:00.000Z");
    expect(expires).toHaveLength(23);
    expect(expires.at(-1)).toEqual({
      id: "s30",
      createdAt: "2026-10-28T14:15:00.000Z",
      at: "2026-11-29T14:15:00.000Z",
      keptBy: "old",
      reason: {
        kind: "too-old",
        by: "s7",
        generation: { delta: "P1D", parent: "P7D" },
        wanted: "2026-11-20T14:15:00.000Z",
      },
    });
    expect(when).toMatchObject({
      inForceAt: "2026-11-29T14:15:00.000Z",
      firstAt: "2026-11-29T14:15:00.000Z",
      most: 3,
      windowSeconds: 86_400,
      settled: true,
      spacingSeconds: null,
    });
    expect(when["lastAt"]).toBe(expires[0]?.["at"]);
  });

  it("every snapshot is in it once", async () => {
    const { kept, expires } = await json(["PT12H P20D", "P2D P10D"], daily(100));
    const ids = [...kept, ...expires].map(({ id }) => id);
    expect(new Set(ids).size).toBe(100);
    expect(ids).toHaveLength(100);
  });

  it("tells what neither keeps, and what only the new deltas want", async () => {
    const { kept, expires } = await json(["P1D P7D", "P1D P10D"], daily(20));
    expect(kept.filter(({ keptBy }) => keptBy === "new").map(({ id }) => id)).toEqual(["s8", "s9", "s10"]);
    expect(expires.every(({ keptBy }) => keptBy === "neither")).toBe(true);
  });

  it("cli-5: one from the future is kept and counts for nothing", async () => {
    const ahead = { id: "ahead", createdAt: "2126-03-01T00:00:00Z" };
    const input = JSON.stringify([ahead, ...JSON.parse(daily(31, Date.now()))]);
    const { output } = await diff(["P1D P30D", "P1D P7D", "--snapshots", "-", "--output", "json"], input);
    const { kept, expires } = JSON.parse(output) as Answer;
    expect(kept[0]).toMatchObject({ id: "ahead", reasons: [{ kind: "future" }] });
    expect(expires).toHaveLength(23);
  });

  it("--now leaves out what is later", async () => {
    const { kept, expires } = await json(["P1D P30D", "P1D P7D"], daily(31, now + 3 * DAY));
    expect(kept.length + expires.length).toBe(28);
  });

  it.each([
    ["the grace", ["--schedule-change-grace", "PT72H"], { inForceAt: "2026-12-01T14:15:00.000Z" }],
    ["the budget's share", ["--deletion-budget-share", "100"], { most: 23 }],
    ["no budget", ["--ignore-deletion-budget"], { most: 23 }],
    ["a confirmation", ["--confirm-deltas"], { inForceAt: "2026-11-27T14:15:00.000Z", most: 23 }],
  ])("heeds %s", async (_, flags, expected) => {
    const { when } = await json(["P1D P30D", "P1D P7D", ...flags], daily(31));
    expect(when).toMatchObject(expected);
  });

  it("heeds the environment of the daemon", async () => {
    const environment = { SCHEDULE_CHANGE_GRACE: "PT0S" };
    const args = ["P1D P30D", "P1D P7D", "--now", NOW, "--output", "json"];
    const { when } = JSON.parse((await diff(args, "", environment)).output) as Answer;
    expect(when["inForceAt"]).toBe("2026-11-27T14:15:00.000Z");
  });
});

it("cli-6: of a hundred thousand says in some lines and some seconds what becomes of them", {
  timeout: 300_000,
}, async () => {
  const count = wholeCount(100_000, 20_000);
  const many = Array.from({ length: count }, (_, index) => {
    return { id: `s${index}`, createdAt: new Date(now - index * 60_000).toISOString() };
  });
  const args = ["PT1M P1Y", "PT1H P1D P7D", "--snapshots", "-", "--now", NOW];
  const { code, output } = await diff(args, JSON.stringify(many));
  expect(code).toBe(0);
  expect(output.split("\n").length).toBeLessThan(80);
  expect(output).toContain(`  ${count} now, 31 stay, ${count - 31} go\n`);
  expect(output).toContain("    There are many: it was run with a new snapshot each day only");
  expect(output).toMatch(new RegExp(` {4}by {4}\\S+Z {2}all ${count - 31} are gone\\n`));
  expect(output).toContain(`… and ${count - 71} more: --output json has them all\n`);
});

it.each([
  [
    ["P1D P7D"],
    "plan --diff needs two texts of deltas, not 1: the old and the new ones, with quotes around each: plan",
  ],
  [[], "plan --diff needs two texts of deltas, not 0"],
  [["PT1H", "P1D", "P1D", "P7D"], "plan --diff needs two texts of deltas, not 4"],
  [["PT60M P1D", "PT1H PT24H"], "nothing changes: PT60M P1D and PT1H PT24H are the same schedule"],
  [["P1D P7D", "1d 30d"], 'write "P1D P30D"'],
  [["1h 1d", "P1D P7D"], 'write "PT1H P1D"'],
  [["P1D P1Y", "P1D PT1M"], "the daemon refuses the new deltas, and neither takes nor deletes anything until they are"],
  [["P1D P1Y", "P1D PT1M"], "write the interval first, or P1M for a month"],
  [
    ["P1D P7D", Array.from({ length: 40 }, (_, index) => `P${index + 1}D`).join(" ")],
    "too long for a label of a snapshot",
  ],
  [["PT1S P10Y", "P1D P7D"], "may keep 315"],
  [
    ["P1D P7D", "P1D P9D", "--concurrency", "3"],
    "--concurrency is for plan --cluster: an edit of deltas depends on no",
  ],
  [["P1D P7D", "P1D P9D", "--namespace", "shop"], "--namespace is for plan --cluster --diff"],
])("refuses %j: %s", async (words, message) => {
  const { code, errors, output } = await diff(words);
  expect(errors).toContain(message);
  expect([code, output]).toEqual([2, ""]);
});

it("refuses without --diff what is for it", async () => {
  const { code, errors } = await captureCommand(["plan", "P1D P7D", "--confirm-deltas"]);
  expect([code, errors]).toEqual([2, "k8s-snapshots: --confirm-deltas is for plan --diff\n"]);
});

it("has nothing to say of no snapshots but what the deltas come to", async () => {
  const { code, output } = await diff(["P1D P30D", "P1D P7D", "--snapshots", "-", "--now", NOW], "[]");
  expect(code).toBe(0);
  expect(output).toMatch(/^ {2}0 now, 0 stay, none goes$/m);
  expect(output).toContain("In the long run 7 to 9 stand at once");
});

it("of several of one moment keeps one, as the daemon does", async () => {
  const twins = ["a", "b"].map((id) => ({ id, createdAt: "2026-11-20T14:15:00Z" }));
  const { kept, expires } = await json(["P1D P30D", "P1D P60D"], JSON.stringify([...JSON.parse(daily(3)), ...twins]));
  expect(kept.map(({ id }) => id)).toContain("a");
  expect(expires).toMatchObject([{ id: "b", keptBy: "neither", reason: { kind: "same-time", by: "a" } }]);
  expect(expires[0]?.["at"]).not.toBeNull();
});

it("warns of deltas that are not in order, beside the answer", async () => {
  const { code, errors } = await diff(["P1D P7D", "P30D P7D"]);
  expect([code, errors]).toEqual([0, "k8s-snapshots: warning: not in ascending order, read as P7D P30D\n"]);
});

interface Answer {
  readonly kept: readonly Readonly<Record<string, unknown>>[];
  readonly expires: readonly Readonly<Record<string, unknown>>[];
  readonly when: Readonly<Record<string, unknown>>;
}

/** Snapshots a day apart, the newest first. */
function daily(count: number, newest = now): string {
  return JSON.stringify(
    Array.from({ length: count }, (_, index) => {
      return { id: `s${index}`, createdAt: new Date(newest - index * DAY).toISOString() };
    }),
  );
}

async function json(words: readonly string[], input: string): Promise<Answer> {
  const { output } = await diff([...words, "--snapshots", "-", "--now", NOW, "--output", "json"], input);
  return JSON.parse(output) as Answer;
}

function diff(args: readonly string[], input = "", environment: Record<string, string> = {}): Promise<CapturedCommand> {
  return captureCommand(["plan", "--diff", ...args], environment, input);
}
