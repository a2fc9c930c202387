import { testProject } from "../../vitest.base.ts";

export default testProject("status-page");
