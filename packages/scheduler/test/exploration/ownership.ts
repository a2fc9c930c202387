import { CLUSTER_LABEL, MARKS_LABEL } from "@k8s-snapshots/backend-api";
import { diskMark } from "../../src/state/disk-mark.ts";
import { readMarks } from "../../src/state/marks.ts";
import { HOUR } from "../../src/state/time.ts";
import { homeDisk } from "../../src/testing/index.ts";
import type { Stored } from "./world.ts";

/** Neither another cluster's nor another tool's, nor a copy. */
export function isClaimable(one: Stored): boolean {
  return (isOurs(one) || isUnmarked(one)) && !isCopy(one);
}

/** It carries marks that were made for another disk, or long before it. */
export function isCopy({ labels, createdAt }: Pick<Stored, "labels" | "createdAt">): boolean {
  const marks = readMarks(labels[MARKS_LABEL]);
  if (marks === undefined) return false;
  return marks.disk !== diskMark(homeDisk) || (marks.requestedAt !== undefined && createdAt - marks.requestedAt > HOUR);
}

/** Of this cluster by name, or of a former one. */
export function isOurs({ labels }: Pick<Stored, "labels">): boolean {
  const isOther = labels["velero.io/backup"] !== undefined || labels[CLUSTER_LABEL] === "elsewhere";
  return labels["created-by"] !== undefined && labels[CLUSTER_LABEL] !== undefined && !isOther;
}

/** Of nobody by name. */
export function isUnmarked({ labels }: Stored): boolean {
  return labels["created-by"] !== undefined && labels[CLUSTER_LABEL] === undefined;
}
