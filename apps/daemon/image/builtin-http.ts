import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/**
 * Takes `node:http` without its `WebSocket`, unless somebody asks for that. An `import` looks at every export, and that one
 * brings the whole of Node's own undici to life: 10 MiB of a daemon that never calls `fetch`.
 *
 * @see {@link https://github.com/nodejs/node/blob/v24.11.0/lib/http.js} for `lazyUndici`
 */
export const builtinHttp: Plugin = {
  name: "builtin-http",
  setup(build) {
    build.onResolve({ filter: /^(?:node:)?http$/ }, () => ({ path: "node:http", namespace: "builtin-http" }));
    build.onLoad({ filter: /./, namespace: "builtin-http" }, () => ({
      contents: 'module.exports = process.getBuiltinModule("node:http");',
    }));
  },
};
