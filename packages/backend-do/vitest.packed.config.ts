import { testProject } from "../../vitest.base.ts";

/** What is published, once it is built. */
export default testProject("backend-do, packed", { include: ["test/*.check.ts"] });
