import { stringify } from "yaml";
import type { ChartSection, ChartValue, ValueSchema } from "./chart-value.ts";
import { chartValues } from "./chart-values.ts";

type Values = ChartSection["values"];

/** values.schema.json: nothing but what is declared, so that a misspelt value is refused. */
export function valuesSchema(): string {
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Values of the chart k8s-snapshots",
    ...schemaOf(chartValues, { global: { type: "object", description: "for charts that have this one below them" } }),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function schemaOf(values: Values, more: Readonly<Record<string, ValueSchema>> = {}): ValueSchema {
  const properties = Object.entries(values).map(([name, value]): [string, ValueSchema] => {
    const { description } = value;
    const inner = value.kind === "section" ? schemaOf(value.values) : value.schema;
    return [name, { ...(description === undefined ? {} : { description }), ...inner }];
  });
  return { type: "object", additionalProperties: false, properties: { ...Object.fromEntries(properties), ...more } };
}

/** values.yaml: each value with its description above it; those that have no default of the chart's own are comments. */
export function valuesYaml(): string {
  const header =
    "# Values of the chart, with their defaults. Written by `pnpm generate` from apps/daemon/chart: do not edit.\n";
  return (
    header +
    Object.entries(chartValues)
      .map(([name, value]) => `\n${yamlOf(name, value, "")}`)
      .join("")
  );
}

function yamlOf(name: string, value: ChartValue | ChartSection, indent: string): string {
  const comment = value.description === undefined ? "" : `${indent}# ${value.description}\n`;
  if (value.kind === "value") {
    const written = stringify({ [name]: value.default }, { lineWidth: 0 });
    const mark = value.otherwise === undefined ? "" : "# ";
    return comment + written.replace(/^(?=.)/gm, `${indent}${mark}`);
  }
  const isEmpty = Object.values(value.values).every((one) => one.kind === "value" && one.otherwise !== undefined);
  const body = Object.entries(value.values).map(([key, one]) => yamlOf(key, one, `${indent}  `));
  return `${comment}${indent}${name}:${isEmpty ? " {}" : ""}\n${body.join("")}`;
}

/** The README's table of all values. */
export function valuesTable(): string {
  const rows = [...rowsOf(chartValues, "")].map((cells) => `| ${cells.join(" | ")} |\n`);
  return `| value | default | what it is |\n|---|---|---|\n${rows.join("")}`;
}

function* rowsOf(values: Values, path: string): Generator<readonly string[]> {
  for (const [name, value] of Object.entries(values)) {
    if (value.kind === "section") {
      yield [`**${path}${name}**`, "", value.description ?? ""];
      yield* rowsOf(value.values, `${path}${name}.`);
      continue;
    }
    const fallback = value.otherwise ?? (value.default === "" ? "" : `\`${JSON.stringify(value.default)}\``);
    yield [`\`${path}${name}\``, fallback, value.description.replaceAll("|", "\\|")];
  }
}
