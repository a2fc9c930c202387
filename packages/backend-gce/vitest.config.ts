import { testProject } from "../../vitest.base.ts";

export default testProject("backend-gce", { setupFiles: ["test/description-cache.ts"] });
