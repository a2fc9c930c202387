import { readdir, readFile } from "node:fs/promises";
import { leasePermissions, requiredPermissions, snapshotRuleDefinition } from "@k8s-snapshots/k8s-source";
import { expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { chartDigest } from "../chart/chart-digest.ts";
import { chartFiles } from "../chart/chart-files.ts";
import packageJson from "../package.json" with { type: "json" };

const root = new URL("../../../", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), "utf8");

async function manifest(kind: string, name?: string): Promise<unknown> {
  const documents = parseAllDocuments(await read("deploy/manifests/k8s-snapshots.yaml"));
  return documents
    .map((document) => document.toJS() as { kind: string; metadata: { name: string } })
    .find((object) => object.kind === kind && (name === undefined || object.metadata.name === name));
}

it.each([...(await chartFiles())])("%s is what `pnpm generate` writes", async (path, content) => {
  expect(await read(path)).toBe(content);
});

it("the chart's README names each example", async () => {
  const readme = await read("deploy/helm/k8s-snapshots/README.md");
  const named = [...readme.matchAll(/^\| \[\S+\]\(examples\/(\S+)\)/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual((await readdir(new URL("deploy/helm/k8s-snapshots/examples", root))).sort());
});

it("the manifest was rendered from the chart as it is: `pnpm generate` does it", async () => {
  expect(await read("deploy/manifests/k8s-snapshots.yaml")).toContain(`\n# chart: sha256:${await chartDigest()}\n`);
});

it("the manifest holds the definition that k8s-snapshots crd prints", async () => {
  const { metadata, ...definition } = (await manifest("CustomResourceDefinition")) as typeof snapshotRuleDefinition;
  const { metadata: printed, ...rest } = snapshotRuleDefinition;
  expect(definition).toEqual(rest);
  expect(metadata).toEqual({ ...printed, labels: expect.any(Object) as unknown });
});

it.each([
  ["ClusterRole", requiredPermissions],
  ["Role", leasePermissions()],
] as const)("the %s grants what check asks for, and nothing else", async (kind, permissions) => {
  const role = (await manifest(kind, "k8s-snapshots")) as {
    rules: { apiGroups: string[]; resources: string[]; resourceNames?: string[]; verbs: string[] }[];
  };
  const granted = role.rules.flatMap(({ apiGroups, resources, resourceNames = ["any"], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) => resourceNames.map((name) => `${group} ${resource} ${verb} ${name}`)),
      ),
    ),
  );
  const required = permissions.map(({ group, resource, subresource, verb, name = "any" }) => {
    return `${group} ${subresource === undefined ? resource : `${resource}/${subresource}`} ${verb} ${name}`;
  });
  expect(granted.sort()).toEqual(required.sort());
});

it("the page about compatibility names the versions that the tests are built for, and all tests that run on them", async () => {
  const page = await read("docs/compatibility.md");
  const modules = (await readdir(new URL("e2e", root))).filter((name) => name.startsWith("kube-apiserver"));
  const built = await Promise.all(
    modules.map(async (name) => /k8s\.io\/kubernetes v(\S+)/.exec(await read(`e2e/${name}/go.mod`))?.[1]),
  );
  expect(page).toContain(`| tests | ${built.sort().join(" | ")} |`);
  const { scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> };
  const [, , ...files] = scripts["test:kubernetes"]?.split(" ") ?? [];
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) expect(page, file).toContain(`\`${file.replace(".test", "")}\``);
  const nightly = await read(".ci/nightly");
  expect(nightly).toContain(
    `for version in ${modules
      .slice(1)
      .map((name) => name.split("-").at(-1))
      .join(" ")};`,
  );
});

it("the image that the Deployment names is of this version", async () => {
  const { version } = packageJson;
  expect(await manifest("Deployment")).toMatchObject({
    spec: { template: { spec: { containers: [{ image: `k8s-snapshots:${version}` }] } } },
  });
  expect(await read("deploy/Dockerfile")).toContain(`ARG VERSION=${version}\n`);
});

it("the IAM policy is the one that backend-aws documents", async () => {
  expect(await read("packages/backend-aws/README.md")).toContain(
    `\`\`\`json\n${await read("deploy/aws/policy.json")}\`\`\``,
  );
});

it("the example for DigitalOcean names the scopes that backend-do documents", async () => {
  const readme = await read("packages/backend-do/README.md");
  const section = readme.slice(readme.indexOf("## What it calls"), readme.indexOf("## Labels"));
  const scope = /(?:snapshot|tag|block_storage\w*):\w+/g;
  const rows = section.split("\n").filter((line) => line.startsWith("| "));
  const documented = new Set(rows.flatMap((row) => row.match(scope) ?? []));
  // Only to take a restore back, and documented as such: a pod should not be able to delete volumes.
  expect(documented.delete("block_storage:delete")).toBe(true);
  expect(documented.size).toBeGreaterThan(5);
  const named = (await read("deploy/helm/k8s-snapshots/examples/digitalocean.yaml")).match(scope) ?? [];
  expect(named.toSorted()).toEqual([...documented].toSorted());
});
