import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import fc from "fast-check";
import { expect, it } from "vitest";
import { spells, toLabels, toTags } from "./digitalocean-tags.ts";

const tag = /^[a-z0-9:_-]{1,255}$/;

it.each([
  [{ "created-by": "k8s-snapshots" }, ["created-by:k8s-snapshots"]],
  [{ "k8s-snapshots/hold": "true" }, ["k8s-snapshots_hold:true"]],
  [{ "k8s-snapshots/rule": "Data_0.Pvc" }, ["k8s-snapshots_rule:_0data_30_2_0pvc"]],
  [{ "a/b": "", "a/0": "x:y" }, ["a_b:", "a_40:x:y"]],
])("spells %j as tags", (labels, tags) => {
  expect(toTags(labels)).toEqual(tags);
});

const character = (alphabet: string): fc.Arbitrary<string> => fc.constantFrom(...alphabet);
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const key = fc
  .tuple(character(letters), fc.string({ unit: character(`${letters}._/-`), maxLength: 62 }))
  .map((parts) => parts.join(""));
const value = fc.string({ unit: character(`${letters} ._:/=+@-`), maxLength: 128 });

it("gives back all labels that the contract allows, and writes small letters only", () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true }), (labels) => {
      const tags = toTags(labels);
      expect(tags.every((each) => tag.test(each))).toBe(true);
      expect(toLabels(tags.toReversed())).toEqual(labels);
    }),
  );
});

it("cuts a label that is too long for one tag", () => {
  const labels = { ["A".repeat(63)]: "/A_".repeat(42) };
  const tags = toTags(labels);
  expect(tags).toHaveLength(3);
  expect(tags.every((each) => tag.test(each))).toBe(true);
  expect(toLabels(tags)).toEqual(labels);
});

it("reads tags whose capitals are those of whoever used them first in the account", () => {
  expect(toLabels(["Created-By:K8s-Snapshots", "K8S-SNAPSHOTS_HOLD:TRUE"])).toEqual({
    "created-by": "k8s-snapshots",
    [HOLD_LABEL]: "true",
  });
});

it.each([
  [["k8s-snapshots_hold"], ""],
  [["k8s-snapshots_hold:true", "k8s-snapshots_hold:false"], "true"],
  [["k8s-snapshots_hold:false", "k8s-snapshots_hold:true"], "true"],
  [["k8s-snapshots_hold:false"], "false"],
])("reads the hold in %j as %j", (tags, hold) => {
  expect(toLabels(tags)[HOLD_LABEL]).toBe(hold);
});

it("knows which tags spell a label, in one piece or several, in capitals too", () => {
  const long = { ["A".repeat(63)]: "/A_".repeat(42) };
  const tags = toTags({ ...long, owner: "me" });
  expect(tags.map((each) => spells(each.toUpperCase(), "A".repeat(63)))).toEqual([true, true, true, false]);
  expect(tags.map((each) => spells(each, "owner"))).toEqual([false, false, false, true]);
});
