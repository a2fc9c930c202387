import { expect, it } from "vitest";
import { OneDisk, snapshotOf } from "../../test/rules/one-disk.ts";
import { ruleOf } from "../testing/builders.ts";
import { isForgettable } from "./disk-state.ts";

const rule = ruleOf("PT1H PT3H");

it("a disk is forgotten once it has no rule, no snapshots, and nothing under way", () => {
  const forgettable = ({ state }: OneDisk): boolean => isForgettable(state);
  expect(forgettable(new OneDisk().list([]))).toBe(true);
  expect(forgettable(new OneDisk().rule(rule).list([]))).toBe(false);
  expect(forgettable(new OneDisk().list([snapshotOf(0)]))).toBe(false);
  expect(forgettable(new OneDisk().list([]).deleted("s"))).toBe(false);
  const sent = new OneDisk().rule(rule).list([]);
  expect(forgettable(sent.fact({ type: "creation.sent", request: sent.request() }).rule(undefined))).toBe(false);
  const made = new OneDisk().rule(rule).list([]);
  made.create();
  expect(forgettable(made.rule(undefined))).toBe(false);
});
