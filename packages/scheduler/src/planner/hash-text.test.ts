import { expect, it } from "vitest";
import { hashText } from "./hash-text.ts";

it("spreads texts evenly that differ in their last letters", () => {
  const counts = new Array<number>(10).fill(0);
  for (let index = 0; index < 10_000; index++) {
    const hash = hashText(`eu-west-1/vol-${index.toString(16)}`);
    counts[Math.floor(hash * 10)] = (counts[Math.floor(hash * 10)] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(120);
  expect(Math.abs(hashText("process1") - hashText("process2"))).toBeGreaterThan(0.05);
  expect(hashText("process1")).toBe(hashText("process1"));
});
