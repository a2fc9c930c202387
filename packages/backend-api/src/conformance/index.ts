export { describeBackendConformance } from "./describe-backend-conformance.ts";
export type { ConformanceHarness, ConformanceHooks, ConformanceWorld } from "./harness.ts";
export type { TestFunction, TestRunner } from "./test-runner.ts";
