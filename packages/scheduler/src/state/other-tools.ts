import type { Labels } from "@k8s-snapshots/backend-api";

/**
 * Labels by which other tools mark the snapshots that they make or manage, each with where that is documented. A snapshot
 * that carries one is not ours, whatever else it carries (safety rule 11): tools copy the tags of what they copy.
 */
const marksOfOtherTools: readonly { readonly key: RegExp; readonly tool: string; readonly source: string }[] = [
  {
    key: /^(aws[:./_-])?dlm[:./_-](managed|lifecycle-policy-id)$|^aws[:./_-]dlm[:./_-]/,
    tool: "Amazon Data Lifecycle Manager",
    source: "https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lifecycle.html",
  },
  {
    key: /^aws[:./_-]backup[:./_-]/,
    tool: "AWS Backup",
    source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-on-demand-backup.html",
  },
  {
    key: /^velero\.io\//,
    tool: "Velero",
    source: "https://velero.io/docs/main/api-types/backup/",
  },
  {
    key: /^CSIVolumeSnapshotName$|^snapshot\.storage\.kubernetes\.io\//,
    tool: "a CSI snapshotter",
    source: "https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/tagging.md",
  },
  {
    key: /^goog-gke-backup/,
    tool: "Backup for GKE",
    source: "https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/backup-for-gke",
  },
];

/** The tool whose mark a snapshot carries; `undefined` if none that is known. */
export function otherToolOf(labels: Labels): string | undefined {
  for (const key of Object.keys(labels)) {
    const found = marksOfOtherTools.find((mark) => mark.key.test(key));
    if (found !== undefined) return found.tool;
  }
  return undefined;
}
