import { createHash } from "node:crypto";
import { type Labels, MARKS_LABEL } from "@k8s-snapshots/backend-api";

const wellFormedMarks = /^[a-z0-9-]{1,63}$/;
const ending = /-m(\d\d)$/;

/**
 * A snapshot's name, which holds what would otherwise be a tag of its own for each snapshot, and stay in the account for
 * ever: `NAME-HASH`, HASH of the idempotency key, and with marks `NAME-HASH-MARKS-mLL`, LL their length. That is at most
 * 142 characters of `[a-z0-9-]`; DigitalOcean documents no limit.
 */
export function snapshotName(name: string, key: string, labels: Labels): string {
  const marks = marksIn(labels);
  const suffix = marks === undefined ? "" : `-${marks}-m${String(marks.length).padStart(2, "0")}`;
  return `${name}-${hashOf(key)}${suffix}`;
}

/** Whether a snapshot of that name was made with that key, whatever its marks. */
export function isOfKey(name: string | undefined, key: string): boolean {
  return name !== undefined && splitName(name).base.endsWith(`-${hashOf(key)}`);
}

/** The labels that a name holds. */
export function labelsOfName(name: string): Labels {
  const { marks } = splitName(name);
  return marks === undefined ? {} : { [MARKS_LABEL]: marks };
}

/** The labels that go into tags. */
export function labelsForTags(labels: Labels): Labels {
  if (marksIn(labels) === undefined) return labels;
  const { [MARKS_LABEL]: _, ...others } = labels;
  return others;
}

function marksIn({ [MARKS_LABEL]: marks }: Labels): string | undefined {
  return marks !== undefined && wellFormedMarks.test(marks) ? marks : undefined;
}

function splitName(name: string): { readonly base: string; readonly marks?: string } {
  const [suffix, length] = ending.exec(name) ?? [];
  if (suffix === undefined) return { base: name };
  const end = name.length - suffix.length;
  const start = end - Number(length);
  const marks = name.slice(start, end);
  const base = name.slice(0, Math.max(0, start - 1));
  const isOurs = wellFormedMarks.test(marks) && name[start - 1] === "-" && /-[0-9a-f]{10}$/.test(base);
  return isOurs ? { base, marks } : { base: name };
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 10);
}
