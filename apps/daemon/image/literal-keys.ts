import { readFile } from "node:fs/promises";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** EC2's schemas of 600 operations, and those of Service Quotas. */
const schemas = /[\\/]client-(?:ec2|service-quotas)[\\/]dist-es[\\/]schemas[\\/]\w+\.js$/;

/**
 * Lets the bundler drop the schemas of the operations that are not used: 541 of 549 KB, and 23 of the 46 MiB that EC2's
 * client takes once it is in use. It keeps whatever has a computed key, `{ [_xN]: "snapshotSet" }`, since that might have an
 * effect; so the keys, which are constants of the file, are written out.
 */
export const pruneAwsSchemas: Plugin = {
  name: "prune-aws-schemas",
  setup(build) {
    build.onLoad({ filter: schemas }, async ({ path }) => ({
      contents: withLiteralKeys(await readFile(path, "utf8")),
      loader: "js",
    }));
  },
};

/** A module, its computed keys that are constants of its own written out. It means the same. */
export function withLiteralKeys(module: string): string {
  const constants = new Map(
    [...module.matchAll(/^const (_\w+) = ("[^"\\\n]*");$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
  return module.replace(/\[(_\w+)\]:/g, (key, name: string) => {
    const value = constants.get(name);
    // `__proto__` is the one key that means something else when it is not computed.
    return value === undefined || value === '"__proto__"' ? key : `${value}:`;
  });
}
