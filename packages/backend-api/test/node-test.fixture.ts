import { describe, it } from "node:test";
import { describeBackendConformance } from "../src/conformance/index.ts";
import { memoryHarness } from "./memory-harness.ts";

describeBackendConformance({ describe, it }, memoryHarness());
