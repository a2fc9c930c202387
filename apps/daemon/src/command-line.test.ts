import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

afterEach(() => rm(folder, { recursive: true }));

describe("plan", () => {
  it("shows what a schedule settles to", async () => {
    const { code, output } = await run(["plan", "PT1H PT3H"]);
    expect(code).toBe(0);
    expect(output).toBe(
      "PT1H PT3H: a snapshot each PT1H; kept: one each PT1H up to PT3H.\n" +
        "Settles to 4 to 5 snapshots, of these ages:\n0s  1h  2h  3h\n",
    );
  });

  it("says as JSON what is kept and what expires, with reasons", async () => {
    const file = join(folder, "snapshots.json");
    await writeFile(file, JSON.stringify(snapshots));
    const { code, output } = await run(["plan", "PT1H P1D", "--snapshots", file, "--output", "json"]);
    expect(code).toBe(0);
    expect(JSON.parse(output)).toEqual({
      kept: [
        { id: "c", reasons: ["the newest"] },
        { id: "a", reasons: ["nearest to 2026-02-28T01:00:00Z, one each PT1H up to P1D"] },
      ],
      expired: [{ id: "b", reason: "less than PT1H after a, one each PT1H up to P1D" }],
    });
  });

  it("reads snapshots from standard input, and leaves out those after --now", async () => {
    const args = ["plan", "PT1H P1D", "--snapshots", "-", "--now", "2026-03-01T00:30:00Z", "--output", "json"];
    const { output } = await run(args, JSON.stringify(snapshots));
    expect(JSON.parse(output).kept.map(({ id }: { id: string }) => id)).toEqual(["b", "a"]);
  });

  it("warns of deltas that are not in order, beside the answer", async () => {
    const { code, errors } = await run(["plan", "P7D P1D"]);
    expect(code).toBe(0);
    expect(errors).toContain("warning: not in ascending order, read as P1D P7D");
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
    ['[{"id":"a","createdAt":"2026-01-01"},{"id":"a","createdAt":"2026-01-02"}]', "- has the snapshot a twice"],
  ])("refuses snapshots such as %s", async (input, message) => {
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

  it("names a package that is no backend, and ends with 1", async () => {
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
