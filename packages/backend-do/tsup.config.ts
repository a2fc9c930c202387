import { thirdPartyLicenses } from "../../tools/notices/third-party-licenses.ts";
import { packageBuild } from "../../tsup.base.ts";
import { withoutUnusedParts } from "./bundle/without-unused-parts.ts";

/**
 * digitalocean-js and axios go into the bundle: by themselves, they would be installed with an axios of 2021 and with what
 * that one needed. CommonJS among it expects `require`.
 */
export default packageBuild(["src/index.ts", "src/manifest.ts"], {
  esbuildPlugins: [withoutUnusedParts, thirdPartyLicenses()],
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module";const require = __createRequire(import.meta.url);',
  },
});
