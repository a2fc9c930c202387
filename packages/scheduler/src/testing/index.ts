export { addHistory, type HistoryOptions, homeCluster, homeDisk, labelsOfRequest, ruleOf } from "./builders.ts";
export { type RunningScheduler, SchedulerWorld, type TimedCall } from "./scheduler-world.ts";
export { seededRandom } from "./seeded-random.ts";
export { VirtualClock } from "./virtual-clock.ts";
