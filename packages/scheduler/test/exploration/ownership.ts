import { CLUSTER_LABEL, type Labels, MARKS_LABEL } from "@k8s-snapshots/backend-api";
import { diskMark } from "../../src/state/disk-mark.ts";
import { type RequestMarks, readMarks } from "../../src/state/marks.ts";
import { HOUR } from "../../src/state/time.ts";
import { homeDisk } from "../../src/testing/index.ts";
import type { Stored } from "./world.ts";

const known = new WeakMap<Labels, RequestMarks | "none">();

/** What the labels say of the request. Labels never change: they are read once. */
export function marksOf(labels: Labels): RequestMarks | undefined {
  let marks = known.get(labels);
  if (marks === undefined) {
    marks = readMarks(labels[MARKS_LABEL]) ?? "none";
    known.set(labels, marks);
  }
  return marks === "none" ? undefined : marks;
}

/** Neither another cluster's nor another tool's, nor a copy. */
export function isClaimable(one: Stored): boolean {
  return (isOurs(one) || isUnmarked(one)) && !isCopy(one);
}

/** It carries marks that were made for another disk, or long before it. */
export function isCopy({ labels, createdAt }: Pick<Stored, "labels" | "createdAt">): boolean {
  const marks = marksOf(labels);
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
