import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

const notThere = fileURLToPath(new URL("not-there.ts", import.meta.url));
const silentDebug = fileURLToPath(new URL("silent-debug.ts", import.meta.url));
const ofDigitalOceanJs = createRequire(createRequire(import.meta.url).resolve("digitalocean-js"));

/** What is bundled in place of a package. */
const replacements: Readonly<Record<string, string>> = {
  // By its parts, not as one file: only so can some be left out.
  axios: ofDigitalOceanJs.resolve("axios/unsafe/axios.js"),
  // Bodies are JSON.
  "form-data": notThere,
  // No redirection is followed: the token would go along.
  "follow-redirects": notThere,
  debug: silentDebug,
};

/**
 * Leaves out of axios what no request of ours uses, among it the adapters for fetch and for browsers: half of the bundle,
 * and most of the packages in it. Memory is the same.
 */
export const withoutUnusedParts: Plugin = {
  name: "without-unused-parts",
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(?:${Object.keys(replacements).join("|")})$`) }, ({ path }) => ({
      path: replacements[path] as string,
    }));
    build.onResolve({ filter: /^\.\/(?:fetch|xhr)\.js$/ }, ({ importer }) =>
      /\/axios\/lib\/adapters\/adapters\.js$/.test(importer) ? { path: notThere } : undefined,
    );
  },
};
