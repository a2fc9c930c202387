import { packageBuild } from "../../tsup.base.ts";

export default packageBuild(["src/index.ts", "src/planner/index.ts", "src/testing/index.ts", "src/trace/index.ts"]);
