import fc from "fast-check";
import { expect, it } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

it("never lets more begin within any second than twice what it may, nor more in the long run than its rate", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 50, noNaN: true }),
      fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 60 }),
      (perSecond, waits) => {
        const bucket = new TokenBucket(perSecond, 0);
        let now = 0;
        const begun: number[] = [];
        for (const wait of waits) {
          now = Math.max(now + wait, bucket.nextAt(now + wait));
          bucket.take(now);
          begun.push(now);
        }
        const burst = Math.max(1, perSecond);
        for (const [index, at] of begun.entries()) {
          const within = begun.slice(index).filter((one) => one < at + 1_000).length;
          expect(within).toBeLessThanOrEqual(Math.ceil(burst + perSecond) + 1);
        }
        expect(begun.length).toBeLessThanOrEqual(burst + (now / 1_000) * perSecond + 1e-6);
      },
    ),
  );
});

it("fills by fractions, and gives back one at a time", () => {
  expect(new TokenBucket(1, 0).nextAt(0)).toBe(0);
  const bucket = new TokenBucket(2, 0);
  bucket.take(0);
  bucket.take(0);
  expect([bucket.nextAt(0), bucket.nextAt(250)]).toEqual([500, 500]);
  const other = new TokenBucket(2, 0);
  other.take(0);
  other.take(0);
  other.giveBack();
  other.take(0);
  expect(other.nextAt(0)).toBe(500);
});

it("infinity is no limit, and what is given back is there again, not more", () => {
  const endless = new TokenBucket(Number.POSITIVE_INFINITY, 0);
  for (let count = 0; count < 1_000; count++) endless.take(0);
  expect(endless.nextAt(0)).toBe(0);
  const bucket = new TokenBucket(1, 0);
  bucket.take(0);
  expect(bucket.nextAt(0)).toBe(1_000);
  bucket.giveBack();
  bucket.giveBack();
  bucket.take(0);
  expect(bucket.nextAt(0)).toBe(1_000);
});
