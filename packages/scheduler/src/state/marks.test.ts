import fc from "fast-check";
import { expect, it } from "vitest";
import { isHeld, labelsOf, marksOf, type RequestMarks, readMarks, writeMarks } from "./marks.ts";

const seconds = fc.nat(4_000_000_000).map((count) => count * 1_000);
const word = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefxyz"), minLength: length, maxLength: length });
const marks: fc.Arbitrary<RequestMarks> = fc.record({
  since: seconds,
  held: fc.nat(1_000_000),
  others: fc.nat(1_000_000),
  requestedAt: fc.option(
    seconds.filter((time) => time > 0),
    { nil: undefined },
  ),
  disk: word(8),
  policy: fc.constantFrom("expire" as const, "retain" as const),
  instance: word(8),
});

it("what is written is read back, and fits into a label of 63 characters", () => {
  fc.assert(
    fc.property(marks, (one) => {
      const text = writeMarks(one);
      expect(readMarks(text)).toEqual(one);
      expect(text).toMatch(/^[a-z0-9-]{1,63}$/);
    }),
  );
});

it("a date is rounded down to the second, and one before 1970 is 1970", () => {
  const one = {
    since: -5,
    held: 1,
    others: 0,
    requestedAt: 1_999,
    disk: "d",
    policy: "retain",
    instance: "i",
  } as const;
  expect(readMarks(writeMarks(one))).toMatchObject({ since: 0, requestedAt: 1_000 });
});

it("junk is no record, nor is one of another version", () => {
  const good = writeMarks({
    since: 0,
    held: 1,
    others: 0,
    requestedAt: 1_000,
    disk: "d",
    policy: "expire",
    instance: "i",
  });
  expect(readMarks(good)).toBeDefined();
  for (const junk of [
    undefined,
    "",
    "1",
    ` ${good}`,
    `${good} `,
    `${good}-x`,
    good.replace(/^1/, "2"),
    good.replace("-e-", "-x-"),
    good.toUpperCase(),
  ]) {
    expect(readMarks(junk), String(junk)).toBeUndefined();
  }
  fc.assert(fc.property(fc.string(), (text) => readMarks(text) === undefined || /^1-/.test(text)));
});

it("labels say all that the marks need, and a long name is cut", () => {
  const one = {
    since: 1_000,
    held: 3,
    others: 2,
    requestedAt: 2_000,
    disk: "d",
    policy: "expire",
    instance: "i",
  } as const;
  const labels = labelsOf({ ruleName: "n".repeat(80), cluster: "c", schedule: "PT60M P1D", marks: one });
  expect(marksOf(labels, "ours", "why")).toEqual({
    cluster: "ours",
    schedule: "PT3600S PT86400S",
    since: 1_000,
    held: 3,
    others: 2,
    policy: "expire",
    rule: "n".repeat(63),
    failure: "why",
  });
  expect(marksOf(labels, "former", undefined)).toStrictEqual({
    cluster: "former",
    policy: "expire",
    rule: "n".repeat(63),
  });
  expect(marksOf({ "k8s-snapshots/deltas": "no schedule" }, "none", undefined)).toStrictEqual({
    cluster: "none",
    policy: "retain",
  });
  expect(marksOf({ "k8s-snapshots/deletion-policy": "expire" }, "none", undefined).policy).toBe("expire");
});

it("rule 7: held by the label, unless it says false", () => {
  expect(
    [{}, { "k8s-snapshots/hold": "false" }, { "k8s-snapshots/hold": "" }, { "k8s-snapshots/hold": "true" }].map(
      (labels) => isHeld(labels as Record<string, string>),
    ),
  ).toEqual([false, false, true, true]);
});
