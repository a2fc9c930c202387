import { HOLD_LABEL } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { decidingLabels } from "./deciding-labels.ts";

it("keeps our own labels whole, of other tools' the keys, and nothing of people's", () => {
  const own = { [HOLD_LABEL]: "true", "k8s-snapshots/rule": "data" };
  const labels = { ...own, "velero.io/backup-name": "nightly", team: "shop", Name: "data" };
  expect(decidingLabels(labels)).toEqual({ ...own, "velero.io/backup-name": "" });
});
