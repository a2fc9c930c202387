import { CLUSTER_LABEL, MARKS_LABEL, SCHEDULE_LABEL } from "@k8s-snapshots/backend-api";
import { expect, test } from "vitest";
import { fromGoogleLabels, mergeGoogleLabels, toGoogleLabels } from "./gce-labels.ts";

test.each([
  ["created-by", "k8s-snapshots", { "created-by": "k8s-snapshots" }],
  ["k8s-snapshots/hold", "true", { "k8s-snapshots_hold": "true" }],
  ["my_owner", "a_b", { my_owner: "a_b" }],
])("%s=%s is spelled so that people can type it", (key, value, spelled) => {
  expect(toGoogleLabels({ [key]: value })).toEqual(spelled);
  expect(fromGoogleLabels(spelled)).toEqual({ [key]: value });
});

test("labels that could be taken for each other stay apart, and come back", () => {
  const labels = {
    "k8s-snapshots/hold": "true",
    "k8s-snapshots_hold": "other",
    "k8s-snapshots__hold": "",
    "k8s-snapshots/deltas": "PT1H P1D",
    Owner: "A_b =/:@+.-",
    owner: "x",
    "a.b": "y".repeat(128),
  };
  const spelled = toGoogleLabels(labels);
  for (const [key, value] of Object.entries(spelled)) {
    expect(key).toMatch(/^[a-z][a-z0-9_-]{0,62}$/);
    expect(value).toMatch(/^[a-z0-9_-]{0,63}$/);
  }
  expect(fromGoogleLabels(spelled)).toEqual(labels);
});

test("what the scheduler marks a snapshot with is spelled plainly where Google allows it, and comes back", () => {
  const labels = {
    [CLUSTER_LABEL]: "8f2a6c1e-3b7d-4f5a-9e0c-2d4b6a8c0e1f",
    [SCHEDULE_LABEL]: "PT1H P1D P7D",
    [MARKS_LABEL]: "1-t5k2ab-10-0-lq3k9x2-8f3a2b1c-r".padEnd(63, "z"),
  };
  expect(toGoogleLabels(labels)).toMatchObject({
    "k8s-snapshots_cluster": labels[CLUSTER_LABEL],
    "k8s-snapshots_marks": labels[MARKS_LABEL],
  });
  expect(fromGoogleLabels(toGoogleLabels(labels))).toEqual(labels);
});

test.each([
  ["PT1H P1D", "PT2H"],
  ["PT1H", `PT1H ${"P".repeat(120)}`],
  [`PT1H ${"P".repeat(120)}`, "daily"],
  ["daily", "PT1H"],
])("a label that is replaced leaves nothing of its old spelling: %s", (before, after) => {
  const others = { "created-by": "k8s-snapshots", Owner: "Me", team: "x" };
  const present = toGoogleLabels({ ...others, [SCHEDULE_LABEL]: before });
  expect(mergeGoogleLabels(present, { [SCHEDULE_LABEL]: after })).toEqual(
    toGoogleLabels({ ...others, [SCHEDULE_LABEL]: after }),
  );
});
