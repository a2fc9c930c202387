import { MARKS_LABEL } from "@k8s-snapshots/backend-api";
import fc from "fast-check";
import { expect, it } from "vitest";
import { isOfKey, labelsForTags, labelsOfName, snapshotName } from "./digitalocean-names.ts";

const marks = "1-t5k2ab-10-0-lq3k9x2-8f3a2b1c-r";
const text = fc.string({ unit: fc.constantFrom(..."abcdef0123456789-m"), minLength: 1, maxLength: 63 });

it("holds the marks, and a hash of the key", () => {
  expect(snapshotName("data", "key", { [MARKS_LABEL]: marks })).toBe(`data-2c70e12b7a-${marks}-m32`);
  expect(snapshotName("data", "key", {})).toBe("data-2c70e12b7a");
});

it("gives back marks of any form, and finds the key, whatever name was asked for", () => {
  fc.assert(
    fc.property(text, text, text, (name, key, value) => {
      const marked = snapshotName(name, key, { [MARKS_LABEL]: value });
      expect(marked).toMatch(/^[a-z0-9-]{1,142}$/);
      expect(labelsOfName(marked)).toEqual({ [MARKS_LABEL]: value });
      expect(isOfKey(marked, key)).toBe(true);
      expect(isOfKey(marked, `${key}-`)).toBe(false);
      const bare = snapshotName(name, key, {});
      expect(labelsOfName(bare)).toEqual({});
      expect(isOfKey(bare, key)).toBe(true);
    }),
  );
});

it.each(["by-hand", "data-m05", "a-m99", "-m00", "data-0123456789-m10", "pvc-data-011126-000000"])(
  "takes no marks from %s",
  (name) => {
    expect(labelsOfName(name)).toEqual({});
  },
);

it("leaves marks that no name can hold to the tags", () => {
  const labels = { owner: "me", [MARKS_LABEL]: "A B" };
  expect(snapshotName("data", "key", labels)).toBe("data-2c70e12b7a");
  expect(labelsForTags(labels)).toEqual(labels);
  expect(labelsForTags({ owner: "me", [MARKS_LABEL]: marks })).toEqual({ owner: "me" });
});
