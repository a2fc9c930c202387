import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { leasePermissions, permissionName, requiredPermissions } from "@k8s-snapshots/k8s-source";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { settingTable } from "../src/settings/settings.ts";
import { captureCommand } from "./captured-command.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), "utf8");
const names = ["docs/upgrade.md", "docs/monitoring.md", "docs/security.md", "docs/retention.md"];
const guides = await Promise.all(names.map(async (name) => ({ name, text: await read(name) })));
/** From the table in the chart's README, which is written from the code. */
const chart = await read("deploy/helm/k8s-snapshots/README.md");
const values = [...chart.matchAll(/^\| (?:\*\*|`)([\w.]+)(?:\*\*|`) \|/gm)].map(([, value = ""]) => value);
const variables = Object.values(settingTable).map(({ variable }) => variable as string);

describe.each(guides)("$name", ({ text }) => {
  const commands = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);
  const words = [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = ""]) => word);

  it("has commands that a shell understands", async () => {
    for (const block of commands) await promisify(execFile)("bash", ["-n", "-c", block]);
  });

  it("calls commands that there are", async () => {
    const called = [...text.matchAll(/(?:--silent |-- |`)k8s-snapshots ([a-z]+)/g)].map(([, command = ""]) => command);
    for (const command of new Set(called)) {
      expect(await captureCommand([command, "--help"]), command).toMatchObject({ code: 0 });
    }
  });

  it("names values of the chart, and settings, that there are", () => {
    const dotted = words
      .map((word) => word.split("=")[0] ?? "")
      .filter((word) => /^[a-z][A-Za-z]+\.[a-zA-Z.]+$/.test(word));
    const ofTheChart = dotted.filter((word) => values.some((value) => value.split(".")[0] === word.split(".")[0]));
    expect(
      ofTheChart.filter((word) => !values.some((value) => value === word || value.startsWith(`${word}.`))),
    ).toEqual([]);
    const settings = words.filter((word) => /^[A-Z]+(?:_[A-Z]+)+$/.test(word));
    expect(settings.filter((word) => !variables.includes(word))).toEqual([]);
  });
});

it.each([
  ["AWS", "aws-irsa"],
  ["Google", "google-workload-identity"],
  ["DigitalOcean", "digitalocean"],
])("the quickstart installs on %s by Helm, with the values of that cloud", async (cloud, example) => {
  const sections = (await read("docs/quickstart.md")).split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${cloud}\n`));
  expect(section).toMatch(
    new RegExp(
      `^helm install k8s-snapshots deploy/helm/k8s-snapshots .*\\\\\n  --values deploy/helm/k8s-snapshots/examples/${example}.yaml$`,
      "m",
    ),
  );
});

it("the security guide lists all that the daemon may do in the cluster, and what for", async () => {
  const [, section = ""] = (await read("docs/security.md")).split("## What it may do in the cluster");
  const rows = [...(section.split("\n## ")[0] ?? "").matchAll(/^\| `(.+?)` \| (.+?) \|$/gm)].map(
    ([, name, purpose]) => [name, purpose],
  );
  expect(rows).toEqual(
    [...requiredPermissions, ...leasePermissions()].map((permission) => [
      permissionName(permission),
      permission.purpose,
    ]),
  );
});

it("the monitoring guide lists each alert with its severity, and metrics that there are", async () => {
  const guide = await read("docs/monitoring.md");
  const { spec } = parse(await read("deploy/monitoring/alerts.yaml")) as Alerts;
  const alerts = spec.groups.flatMap(({ rules }) => rules).map(({ alert, labels }) => `${alert} ${labels.severity}`);
  const rows = [...guide.matchAll(/^\| \[(K8s\w+)\]\S+ \| (\w+) \|/gm)].map(
    ([, alert, severity]) => `${alert} ${severity}`,
  );
  expect(rows.sort()).toEqual(alerts.sort());
  const reference = await read("docs/reference/metrics.md");
  for (const [metric] of guide.matchAll(/k8s_snapshots_\w+/g)) expect(reference).toContain(`\`${metric}\``);
});

interface Alerts {
  readonly spec: {
    readonly groups: readonly {
      readonly rules: readonly { readonly alert: string; readonly labels: { readonly severity: string } }[];
    }[];
  };
}
