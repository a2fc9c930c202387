import { describe, expect, it } from "vitest";
import { otherToolOf } from "./other-tools.ts";

describe("rule 11: by a label another tool is known", () => {
  it.each([
    ["aws:dlm:lifecycle-policy-id", "Amazon Data Lifecycle Manager"],
    ["aws:dlm:lifecycle-schedule-name", "Amazon Data Lifecycle Manager"],
    ["aws/dlm_expirationTime", "Amazon Data Lifecycle Manager"],
    ["dlm:managed", "Amazon Data Lifecycle Manager"],
    ["dlm.managed", "Amazon Data Lifecycle Manager"],
    ["aws-dlm-managed", "Amazon Data Lifecycle Manager"],
    ["aws:backup:source-resource", "AWS Backup"],
    ["aws.backup.source-resource", "AWS Backup"],
    ["velero.io/backup", "Velero"],
    ["CSIVolumeSnapshotName", "a CSI snapshotter"],
    ["snapshot.storage.kubernetes.io/name", "a CSI snapshotter"],
    ["goog-gke-backup", "Backup for GKE"],
    ["goog-gke-backup-plan", "Backup for GKE"],
  ])("%s: %s", (key, tool) => {
    expect(otherToolOf({ "created-by": "k8s-snapshots", [key]: "x" })).toBe(tool);
  });

  it.each([
    "dlm:managed-by",
    "our-dlm:managed",
    "dlmmanaged",
    "our-aws:dlm:managed-by",
    "awsdlm:managed-by",
    "aws:dlmmanaged-by",
    "our-aws:backup:x",
    "awsbackup:x",
    "aws:backupx",
    "our-velero.io/backup",
    "velero-io/backup",
    "velero.io",
    "our-CSIVolumeSnapshotName",
    "CSIVolumeSnapshotNamespace",
    "our-snapshot.storage.kubernetes.io/name",
    "snapshot-storage.kubernetes.io/name",
    "our-goog-gke-backup",
  ])("not by %s", (key) => {
    expect(otherToolOf({ [key]: "x" })).toBeUndefined();
  });
});

it("the first mark of a tool counts, and none is none", () => {
  expect(otherToolOf({ a: "1", "velero.io/backup": "x", "aws:backup:y": "z" })).toBe("Velero");
  expect(otherToolOf({})).toBeUndefined();
});
