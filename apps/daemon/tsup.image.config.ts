import { fileURLToPath } from "node:url";
import { thirdPartyLicenses } from "../../tools/notices/third-party-licenses.ts";
import { packageBuild } from "../../tsup.base.ts";
import { builtinHttp } from "./image/builtin-http.ts";
import { pruneAwsSchemas } from "./image/literal-keys.ts";
import { nodeItself } from "./image/node-itself.ts";

/** What CommonJS dependencies expect to be there, in a bundle of ES modules. */
const commonJsGlobals = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
  "const __filename = import.meta.filename;",
  "const __dirname = import.meta.dirname;",
].join("");

/**
 * The program with all that it imports, for the image: one file to start with, and a chunk for each storage system,
 * which is read when the first volume asks for it.
 */
export default packageBuild(["src/main.ts"], {
  outDir: "build/image",
  publicDir: "../status-page/dist",
  noExternal: [/.*/],
  minify: true,
  keepNames: true,
  // Else tsup takes `node:http` before `builtinHttp` can.
  removeNodeProtocol: false,
  sourcemap: false,
  esbuildPlugins: [builtinHttp, pruneAwsSchemas, thirdPartyLicenses([nodeItself()])],
  banner: { js: commonJsGlobals },
  esbuildOptions(options) {
    options.alias = { ...options.alias, undici: fileURLToPath(new URL("image/without-undici.ts", import.meta.url)) };
  },
});
