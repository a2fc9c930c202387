import type { Labels } from "@k8s-snapshots/backend-api";

/**
 * Labels by which other tools mark the snapshots that they make or manage, each with where that is documented. A snapshot
 * that carries one is not ours, whatever else it carries (safety rule 11): tools copy the tags of what they copy.
 */
const marksOfOtherTools: readonly { readonly key: RegExp; readonly tool: string }[] = [
  // https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lifecycle.html
  {
    key: /^(aws[:./_-])?dlm[:./_-](managed|lifecycle-policy-id)$|^aws[:./_-]dlm[:./_-]/,
    tool: "Amazon Data Lifecycle Manager",
  },
  // https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-on-demand-backup.html
  { key: /^aws[:./_-]backup[:./_-]/, tool: "AWS Backup" },
  // https://velero.io/docs/main/api-types/backup/
  { key: /^velero\.io\//, tool: "Velero" },
  // https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/tagging.md
  { key: /^CSIVolumeSnapshotName$|^snapshot\.storage\.kubernetes\.io\//, tool: "a CSI snapshotter" },
  // https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/backup-for-gke
  { key: /^goog-gke-backup/, tool: "Backup for GKE" },
];

/** The tool whose mark a snapshot carries; `undefined` if none that is known. */
export function otherToolOf(labels: Labels): string | undefined {
  for (const key of Object.keys(labels)) {
    const found = marksOfOtherTools.find((mark) => mark.key.test(key));
    if (found !== undefined) return found.tool;
  }
  return undefined;
}
