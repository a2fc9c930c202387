import type { ArchivedImage } from "./read-archive.ts";

/** What no image of ours lacks. */
const needed = [
  "usr/local/bin/node",
  "app/main.js",
  "app/LICENSE",
  "app/sbom.cdx.json",
  "app/third-party-licenses.txt",
  "lib/libc.so.6",
  "lib/libstdc++.so.6",
];

/** What is wrong with an image for this platform, of this version: one sentence each. */
export function imageFaults(image: ArchivedImage, architecture: string, version: string): readonly string[] {
  const files = new Set(image.files);
  const labelled = image.labels["org.opencontainers.image.version"];
  return [
    ...(image.architecture === architecture ? [] : [`it says that it is for ${image.architecture}`]),
    ...(labelled === version ? [] : [`its label says version ${labelled}`]),
    ...(image.user === "65532:65532" ? [] : [`it runs as ${image.user || "root"}`]),
    ...needed.filter((path) => !files.has(path)).map((path) => `it lacks /${path}`),
    ...[...image.programs]
      .filter(([, actual]) => actual !== architecture)
      .map(([path, actual]) => `/${path} is for ${actual}`),
    ...(image.programs.has("usr/local/bin/node") ? [] : ["its node is no program"]),
  ];
}
