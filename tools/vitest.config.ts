import { testProject } from "../vitest.base.ts";

export default testProject("tools", { include: ["**/*.test.ts"], exclude: ["**/node_modules/**"] });
