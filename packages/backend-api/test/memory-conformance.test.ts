import { describe, it } from "vitest";
import { describeBackendConformance } from "../src/conformance/index.ts";
import { memoryHarness } from "./memory-harness.ts";

describe("memory, with tokens", () => {
  describeBackendConformance({ describe, it }, memoryHarness());
});

describe("memory, with keys in labels and lists that lag", () => {
  const options = { idempotency: "label", capabilities: { listLagMs: 5000 } } as const;
  describeBackendConformance({ describe, it }, memoryHarness(options));
});
