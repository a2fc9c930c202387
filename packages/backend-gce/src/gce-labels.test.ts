import { expect, test } from "vitest";
import { fromGoogleLabels, toGoogleLabels } from "./gce-labels.ts";

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
