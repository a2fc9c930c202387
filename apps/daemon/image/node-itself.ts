import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BundledPackage } from "../../../tools/notices/notices.ts";

/** Node, which is in the image beside the bundle. It is the workspace's own, of the version that the image is tested with. */
export function nodeItself(): BundledPackage {
  const folder = dirname(fileURLToPath(import.meta.resolve(`node-linux-${process.arch}/package.json`)));
  return {
    name: "node",
    version: process.versions.node,
    license: "MIT",
    text: readFileSync(join(folder, "LICENSE"), "utf8"),
  };
}
