import { readFile } from "node:fs/promises";
import { describeManifestFault } from "@k8s-snapshots/backend-api";
import { describe, expect, it } from "vitest";
import { builtInBackends } from "../src/backends/built-in-backends.ts";

const folders: Readonly<Record<string, string>> = { aws: "aws", google: "gce", digitalocean: "do", local: "local" };

/** Read by the libraries below, for all of them. */
const ofEverybody = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"];

describe.each(builtInBackends)("the manifest of $manifest.name", ({ manifest, load }) => {
  const readme = readFile(
    new URL(`../../../packages/backend-${folders[manifest.name]}/README.md`, import.meta.url),
    "utf8",
  );

  it("has no fault", () => expect(describeManifestFault(manifest)).toBeUndefined());

  it("is what its package exports", async () => {
    expect((await load()) as unknown).toMatchObject({ manifest });
  }, 300_000);

  it("names the variables that the README names, and no others", async () => {
    const rows = (await readme).split("\n").filter((line) => /^\| *`[A-Z]+_[A-Z0-9_]+`/.test(line));
    const named = rows.flatMap((row) =>
      [...(row.split("|")[1] ?? "").matchAll(/`([A-Z]+_[A-Z0-9_]+)`/g)].map(([, name]) => name),
    );
    const missing = manifest.settings
      .filter(({ variable }) => !named.includes(variable))
      .map(({ variable }) => variable);
    expect(missing).toEqual([]);
    const described = manifest.settings.map(({ variable, description }) => `${variable} ${description}`).join("\n");
    expect(named.filter((name = "") => !ofEverybody.includes(name) && !described.includes(name))).toEqual([]);
  });

  it("names the fields of a disk that the README names", async () => {
    const text = await readme;
    const missing = Object.keys(manifest.diskSchema.properties).filter((field) => !text.includes(`\`${field}\``));
    expect(missing).toEqual([]);
  });
});
