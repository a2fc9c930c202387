import { thirdPartyLicenses } from "../../tools/notices/third-party-licenses.ts";
import { packageBuild } from "../../tsup.base.ts";
import { prunedCompute } from "./bundle/pruned-compute.ts";

export default packageBuild(["src/index.ts", "src/manifest.ts"], {
  noExternal: ["@google-cloud/compute", /^google-gax$/],
  external: ["google-gax/fallback"],
  esbuildPlugins: [prunedCompute, thirdPartyLicenses()],
});
