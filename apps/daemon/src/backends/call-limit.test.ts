import { expect, it } from "vitest";
import { CallLimit } from "./call-limit.ts";

it("runs so many at once and no more, in their order, also after one that failed", async () => {
  const limit = new CallLimit(2);
  const begun: number[] = [];
  const calls = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
  const results = calls.map(({ promise }, index) =>
    limit.run(() => {
      begun.push(index);
      return promise;
    }),
  );
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  calls[0]?.reject(new Error("broken"));
  await expect(results[0]).rejects.toThrow("broken");
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of calls) resolve();
  await Promise.all(results.slice(1));
  expect(begun).toEqual([0, 1, 2, 3]);
});
