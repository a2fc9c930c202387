import { availableParallelism } from "node:os";
import { testProject } from "../../vitest.base.ts";

export default testProject("daemon", {
  // Daemons at work on schedules of seconds: more waiting than computing. Only a group of its own may have its own number.
  maxWorkers: 4 + availableParallelism(),
  sequence: { groupOrder: 1 },
});
