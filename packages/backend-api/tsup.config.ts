import { packageBuild } from "../../tsup.base.ts";

export default packageBuild([
  "src/index.ts",
  "src/memory/index.ts",
  "src/conformance/index.ts",
  "src/toolkit/index.ts",
]);
