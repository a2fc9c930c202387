import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { chartFolder } from "./render-manifest.ts";
import type { Helm } from "./run-helm.ts";

/** An object as the chart makes it. */
export interface ChartObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: of many kinds
  readonly spec: any;
  readonly data?: Readonly<Record<string, string>>;
  readonly rules?: readonly object[];
}

/** What the chart makes with some values, as a release `k8s-snapshots` in the namespace of that name. */
export interface Rendering {
  readonly yaml: string;
  readonly objects: readonly ChartObject[];
}

/** The words of the examples that people fill in. */
const filledIn: Readonly<Record<string, string>> = {
  REGISTRY: "registry.example.com",
  ACCOUNT_ID: "123456789012",
  REGION: "eu-west-1",
  PROJECT: "project-1",
};

/** @param folder - for a file with the values @throws with Helm's words, if it refuses them */
export async function renderChart(helm: Helm, folder: string, values: object, ...words: string[]): Promise<Rendering> {
  const file = join(folder, "values.json");
  await writeFile(file, JSON.stringify(values));
  return renderWith(helm, file, ...words);
}

/** The same with one of the chart's examples, its words in capitals filled in. */
export async function renderExample(helm: Helm, folder: string, name: string): Promise<Rendering> {
  const file = join(folder, "example.yaml");
  const text = await readFile(join(chartFolder, "examples", name), "utf8");
  await writeFile(
    file,
    text.replace(/\b(?:REGISTRY|ACCOUNT_ID|REGION|PROJECT)\b/g, (word) => filledIn[word] as string),
  );
  return renderWith(helm, file);
}

/** The one object of a kind. */
export function only({ objects }: Rendering, kind: string): ChartObject {
  const found = objects.filter((object) => object.kind === kind);
  if (found.length !== 1) throw new Error(`there are ${found.length} objects of the kind ${kind}`);
  return found[0] as ChartObject;
}

/** The pod's spec. */
// biome-ignore lint/suspicious/noExplicitAny: read here and there
export function podOf(rendering: Rendering): any {
  return only(rendering, "Deployment").spec.template.spec;
}

/** The daemon's container. */
// biome-ignore lint/suspicious/noExplicitAny: read here and there
export function daemonOf(rendering: Rendering): any {
  return podOf(rendering).containers[0];
}

async function renderWith(helm: Helm, file: string, ...words: string[]): Promise<Rendering> {
  const release = ["k8s-snapshots", chartFolder, "--namespace", "k8s-snapshots"];
  const yaml = await helm.run("template", ...release, "--values", file, ...words);
  const documents = parseAllDocuments(yaml);
  for (const { errors } of documents) if (errors[0] !== undefined) throw errors[0];
  return { yaml, objects: documents.map((document) => document.toJS() as ChartObject) };
}
