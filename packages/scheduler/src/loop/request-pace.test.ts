import { describe, expect, it } from "vitest";
import { RequestPace } from "./request-pace.ts";

describe("RequestPace", () => {
  it("lets a second's requests go at once, and then one each fraction of a second", () => {
    const pace = new RequestPace(5, 0);
    for (let request = 0; request < 5; request++) {
      expect(pace.nextAt(0)).toBe(0);
      pace.take(0);
    }
    expect(pace.nextAt(0)).toBe(200);
    pace.take(200);
    expect(pace.nextAt(200)).toBe(400);
  });

  it("saves up no more than a second's requests", () => {
    const pace = new RequestPace(2, 0);
    for (let request = 0; request < 2; request++) pace.take(3_600_000);
    expect(pace.nextAt(3_600_000)).toBe(3_600_500);
  });

  it("may be slower than one a second", () => {
    const pace = new RequestPace(0.1, 0);
    pace.take(0);
    expect(pace.nextAt(0)).toBe(10_000);
  });

  it("lets everything go where there is no limit", () => {
    const pace = new RequestPace(Number.POSITIVE_INFINITY, 0);
    for (let request = 0; request < 1_000; request++) pace.take(0);
    expect(pace.nextAt(0)).toBe(0);
  });
});
