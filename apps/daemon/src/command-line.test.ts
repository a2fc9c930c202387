import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";
import { type CapturedCommand, captureCommand } from "../test/captured-command.ts";

const snapshots = [
  { id: "a", createdAt: "2026-03-01T00:00:00Z" },
  { id: "b", createdAt: "2026-03-01T00:20:00Z" },
  { id: "c", createdAt: "2026-03-01T01:00:00Z" },
];

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "command-line-"));
});

afterEach(() => removeFolder(folder));

describe("plan", () => {
  it("shows what a schedule settles to, drawn", async () => {
    const { code, output } = await run(["plan", "PT1H P1D P7D"]);
    expect(code).toBe(0);
    const lines = output.split("\n");
    expect(lines.slice(0, 2)).toEqual(["PT1H P1D P7D", "hourly for a day, daily for a week"]);
    expect(lines[3]).toMatch(/^ +1 w .* 1 d .* 6 h .* 1 h +now$/);
    expect(lines[4]).toMatch(/^ {2}─●─.*●.*│││.*│─+│$/);
    expect(lines.slice(6, 11)).toEqual([
      "    One each           up to an age of      a mistake costs         snapshots",
      "  │ hour               a day                an hour                        24",
      "  ● day                a week               a day                           7",
      `  ${"─".repeat(75)}`,
      "  29 to 33 snapshots at once                                               31",
    ]);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
  });

  it("tail-1: draws nothing of a schedule that keeps thousands", async () => {
    const { output } = await run(["plan", "PT1S P1D"]);
    expect(output.split("\n").length).toBeLessThan(12);
    expect(output).toContain("78546 to 86402 snapshots at once");
  });

  it("cli-9: says as JSON what is kept and what expires, with typed reasons and dates", async () => {
    const file = join(folder, "snapshots.json");
    await writeFile(file, JSON.stringify(snapshots));
    const { code, output } = await run(["plan", "PT1H P1D", "--snapshots", file, "--output", "json"]);
    expect(code).toBe(0);
    const generation = { delta: "PT1H", parent: "P1D" };
    expect(JSON.parse(output)).toEqual({
      kept: [
        { id: "c", createdAt: "2026-03-01T01:00:00.000Z", reasons: [{ kind: "newest" }] },
        {
          id: "a",
          createdAt: "2026-03-01T00:00:00.000Z",
          reasons: [{ kind: "generation", generation, wanted: "2026-02-28T01:00:00.000Z" }],
        },
      ],
      expired: [{ id: "b", createdAt: "2026-03-01T00:20:00.000Z", reason: { kind: "not-due", by: "a", generation } }],
    });
  });

  it("draws what is kept and what expires, and lists it", async () => {
    const args = ["plan", "PT1H P1D", "--snapshots", "-", "--now", "2026-03-01T02:00:00Z"];
    const { output } = await run(args, JSON.stringify(snapshots));
    expect(output).toMatch(/^ {2}─+×?.*×.*│─+$/m);
    expect(output).toContain("keep    2026-03-01T01:00:00.000Z  c  the newest\n");
    expect(output).toContain("2 kept, 1 expired by PT1H P1D\n");
  });

  it("lists times in the zone of TZ; programs read them in UTC", async () => {
    const args = ["plan", "PT1H P1D", "--snapshots", "-", "--now", "2026-03-01T02:00:00Z"];
    const berlin = { TZ: "Europe/Berlin" };
    const { output } = await run(args, JSON.stringify(snapshots), berlin);
    expect(output).toContain("keep    2026-03-01T02:00:00+01:00  c  the newest\n");
    const json = await run([...args, "--output", "json"], JSON.stringify(snapshots), berlin);
    expect(JSON.parse(json.output).kept).toMatchObject([{ createdAt: "2026-03-01T01:00:00.000Z" }, {}]);
  });

  it.each([
    ["aws", { Snapshots: [{ SnapshotId: "snap-1", StartTime: "2026-03-01T00:00:00.123000+00:00" }] }],
    ["gcloud", [{ name: "snap-1", id: "123", creationTimestamp: "2026-02-28T16:00:00.123-08:00" }]],
    ["restic", [{ id: "snap-1", time: "2026-03-01T01:00:00.123456789+01:00", paths: [] }]],
    ["doctl", [{ id: "snap-1", created_at: "2026-03-01T00:00:00.123Z" }]],
  ])("reads what %s prints", async (_, printed) => {
    const { output } = await run(["plan", "PT1H P1D", "--snapshots", "-", "--output", "json"], JSON.stringify(printed));
    expect(JSON.parse(output).kept).toMatchObject([{ id: "snap-1", createdAt: "2026-03-01T00:00:00.123Z" }]);
  });

  it("cli-5: one from the future is kept and counts for nothing, as with the daemon", async () => {
    const ahead = { id: "ahead", createdAt: "2126-03-01T00:00:00Z" };
    const args = ["plan", "PT1H P1D", "--snapshots", "-", "--output", "json"];
    const { kept, expired } = JSON.parse((await run(args, JSON.stringify([ahead, ...snapshots]))).output);
    expect(kept.map(({ id }: { id: string }) => id)).toEqual(["ahead", "c", "a"]);
    expect(kept[0].reasons).toEqual([{ kind: "future" }]);
    expect(expired).toHaveLength(1);
  });

  it("cli-6: sums up what expires of a hundred thousand", async () => {
    const many = Array.from({ length: 100_000 }, (_, index) => {
      return { id: `s-${index}`, createdAt: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString() };
    });
    const { code, output } = await run(["plan", "PT1H P1D", "--snapshots", "-"], JSON.stringify(many));
    expect(code).toBe(0);
    expect(output.split("\n").length).toBeLessThan(50);
    expect(output).toMatch(/\d\d kept, 999\d\d expired by PT1H P1D\n$/);
  });

  it("reads snapshots from standard input, and leaves out those after --now", async () => {
    const args = ["plan", "PT1H P1D", "--snapshots", "-", "--now", "2026-03-01T00:30:00Z", "--output", "json"];
    const { output } = await run(args, JSON.stringify(snapshots));
    expect(JSON.parse(output).kept.map(({ id }: { id: string }) => id)).toEqual(["b", "a"]);
  });

  it("says of deltas that the daemon refuses that it does, beside what they would keep", async () => {
    const { code, output, errors } = await run(["plan", "P1D PT1M"]);
    expect(code).toBe(1);
    expect(output).toContain("every minute for a day");
    expect(errors).toMatch(/the daemon refuses these deltas, and neither takes nor deletes anything until they are/);
  });

  it("warns of deltas that are not in order, beside the answer", async () => {
    const { code, errors } = await run(["plan", "P7D P1D"]);
    expect(code).toBe(0);
    expect(errors).toContain("warning: not in ascending order, read as P1D P7D");
  });

  it.each([
    [["1d", "7d", "30d"], 'write "P1D P7D P30D"'],
    [["PT1H,P1D"], 'write "PT1H P1D"'],
    [["pt1h", "p1d"], 'write "PT1H P1D"'],
    [["P30D"], "such as P1D P30D"],
  ])("cli-3: says what was probably meant by %j", async (words, advice) => {
    const { code, errors } = await run(["plan", ...words]);
    expect(code).toBe(2);
    expect(errors).toContain(advice);
  });

  it("cli-3: takes deltas without quotes", async () => {
    expect((await run(["plan", "PT1H", "P1D"])).output).toBe((await run(["plan", "PT1H P1D"])).output);
  });

  it("cli-8: refuses a setting that changes nothing", async () => {
    const { code, errors } = await run(["plan", "PT1H P1D", "--concurrency", "banana"]);
    expect(code).toBe(2);
    expect(errors).toBe("k8s-snapshots: --concurrency is for plan --cluster: deltas alone depend on no setting\n");
  });

  it("points at what is wrong in the deltas", async () => {
    const { code, errors } = await run(["plan", "PT1H P1S"]);
    expect(code).toBe(2);
    expect(errors.split("\n").slice(1, 3)).toEqual(["k8s-snapshots:   PT1H P1S", "k8s-snapshots:        ^^^"]);
  });

  it.each([
    ["no JSON", "--snapshots - holds no JSON"],
    ["{}", "--snapshots - must hold an array of {id, createdAt}"],
    ['[{"id": 1}]', "entry 0 of -: id must be a text"],
    ['[{"id": "a", "createdAt": "yesterday"}]', 'entry 0 of -: createdAt: "yesterday" is no ISO 8601 time'],
    ['[{"id":"a","createdAt":"2026-01-01T00:00:00"}]', "has no offset from UTC: add Z"],
    ['[{"id":"a","createdAt":"2026-02-30T00:00:00Z"}]', "is a time that there is not"],
    ['[{"id":"a","createdAt":"2026-01-01T25:00:00Z"}]', "is a time that there is not"],
    ['[{"id":"a","createdAt":"2026-01-01T00:00:00Z or so"}]', "is no ISO 8601 time"],
    [
      '[{"id":"a","createdAt":"2026-01-01T00:00Z"},{"id":"a","createdAt":"2026-01-02T00:00Z"}]',
      "- has the snapshot a twice",
    ],
  ])("cli-4: refuses snapshots such as %s", async (input, message) => {
    const { code, errors } = await run(["plan", "PT1H P1D", "--snapshots", "-"], input);
    expect(code).toBe(2);
    expect(errors).toContain(message);
  });
});

describe("the command line", () => {
  it("prints the definition of SnapshotRules", async () => {
    const { code, output } = await run(["crd"]);
    expect(code).toBe(0);
    expect(output).toContain("name: snapshotrules.k8s-snapshots.elsdoerfer.com");
  });

  it.each([["run"], ["demo"], ["plan"], ["crd"]])("explains %s", async (command) => {
    const { code, output } = await run([command, "--help"]);
    expect(code).toBe(0);
    expect(output).toContain(`Usage: k8s-snapshots ${command}`);
  });

  it("takes a flag that is yes or no without a value", async () => {
    const { code, errors } = await run(["run", "--json-log", "--concurrency", "none"]);
    expect(code).toBe(2);
    expect(errors.trimEnd()).toBe("k8s-snapshots: CONCURRENCY (--concurrency) must be a whole number from 1 to 1000");
  });

  it("names all settings that are wrong, and ends with 2", async () => {
    const { code, errors } = await run(["run", "--concurrency", "none"], "", { LOG_LEVEL: "loud" });
    expect(code).toBe(2);
    expect(errors).toContain("CONCURRENCY (--concurrency)");
    expect(errors).toContain("LOG_LEVEL (--log-level)");
  });

  it("ends with 1 and one line where the daemon cannot start", async () => {
    const missing = join(folder, "kubeconfig");
    const { code, errors } = await run(["run"], "", { KUBE_CONFIG_FILE: missing });
    expect(code).toBe(1);
    expect(errors).toContain(missing);
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
  });

  it("names a package that is not a backend, and ends with 1", async () => {
    const { code, errors } = await run(["run"], "", { BACKENDS: "@acme/backend-nowhere" });
    expect(code).toBe(1);
    expect(errors).toContain("backend @acme/backend-nowhere cannot be used");
    expect(errors.trimEnd().split("\n")).toHaveLength(1);
  });

  it.each([["fly"], ["plan"], ["plan", "PT1H P1D", "--output", "xml"]])(
    "refuses what it does not know: %s",
    async (...args) => {
      expect((await run(args)).code).toBe(2);
    },
  );
});

function run(args: readonly string[], input = "", environment: Record<string, string> = {}): Promise<CapturedCommand> {
  return captureCommand(args, environment, input);
}
