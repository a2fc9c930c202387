import { readFile } from "node:fs/promises";
import { printSnapshotRuleDefinition } from "@k8s-snapshots/k8s-source";
import { parse, stringify } from "yaml";
import { roleRules } from "./role-rules.ts";
import { valuesSchema, valuesTable, valuesYaml } from "./values-files.ts";

const root = new URL("../../../", import.meta.url);
const chart = "deploy/helm/k8s-snapshots";

/** The files of the chart that are made of something else, by path from the root of this project. */
export async function chartFiles(): Promise<ReadonlyMap<string, string>> {
  const alerts = parse(await read("deploy/monitoring/alerts.yaml")) as { readonly spec: unknown };
  const from = (source: string): string => `# Written by \`pnpm generate\` from ${source}: do not edit.\n`;
  return new Map([
    [`${chart}/values.yaml`, valuesYaml()],
    [`${chart}/values.schema.json`, valuesSchema()],
    [`${chart}/README.md`, withTable(await read(`${chart}/README.md`))],
    [`${chart}/templates/_rules.tpl`, roleRules()],
    [`${chart}/files/snapshotrules.yaml`, await printSnapshotRuleDefinition()],
    [`${chart}/files/alerts.yaml`, from("deploy/monitoring/alerts.yaml") + stringify(alerts.spec, { lineWidth: 0 })],
    [`${chart}/files/dashboard.json`, await read("deploy/monitoring/dashboard.json")],
  ]);
}

function withTable(readme: string): string {
  return readme.replace(/(?<=<!-- values -->\n).*(?=<!-- end of values -->)/s, () => valuesTable());
}

function read(path: string): Promise<string> {
  return readFile(new URL(path, root), "utf8");
}
