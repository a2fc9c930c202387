import { testProject } from "../../vitest.base.ts";

export default testProject("k8s-source");
