import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../project/root.ts";
import { readManifest } from "../project/workspace-packages.ts";

const read = (path: string): Promise<string> => readFile(join(root, path), "utf8");

it("what the site is built with is installed by the site alone", async () => {
  const { packages } = parse(await read("pnpm-workspace.yaml")) as { readonly packages: readonly string[] };
  expect(packages).not.toContain("site");
  const workspace = await read("pnpm-lock.yaml");
  const { devDependencies } = await readManifest(join(root, "site/package.json"));
  const ofTheSite = Object.keys(devDependencies as object).filter((name) => name !== "typescript");
  expect(ofTheSite).toContain("vitepress");
  for (const name of ofTheSite) expect(workspace).not.toContain(`\n  ${name}@`);
});

it("its lock file has a sum for each package, and no address", async () => {
  const { packages } = parse(await read("site/pnpm-lock.yaml")) as {
    readonly packages: Readonly<Record<string, { readonly resolution: object }>>;
  };
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  for (const [name, { resolution }] of Object.entries(packages))
    expect(Object.keys(resolution), name).toEqual(["integrity"]);
  expect(await read("site/pnpm-lock.yaml")).not.toMatch(/https?:\/\//);
});

it("it is built with the pnpm that the workspace has", async () => {
  const [site, workspace] = await Promise.all([
    readManifest(join(root, "site/package.json")),
    readManifest(join(root, "package.json")),
  ]);
  expect(site["packageManager"]).toBe(workspace["packageManager"]);
});
