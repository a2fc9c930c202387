import type { DatedSnapshot, ExpireReason, KeepReason } from "./decision.ts";
import type { Generation } from "./deltas.ts";

/** A {@link KeepReason} in words: `nearest to 2026-03-01T00:00:00Z, one each P1D up to P7D`. */
export function describeKeepReason(reason: KeepReason): string {
  if (reason.kind === "newest") return "the newest";
  return `nearest to ${instant(reason.wanted)}, ${span(reason.generation)}`;
}

/**
 * An {@link ExpireReason} in words: `data-2 is nearer to 2026-03-01T00:00:00Z, one each P1D up to P7D`.
 *
 * @param nameOf - what to call a snapshot. Default: its `id`.
 */
export function describeExpireReason(reason: ExpireReason<DatedSnapshot>): string;
export function describeExpireReason<T>(reason: ExpireReason<T>, nameOf: (snapshot: T) => string): string;
export function describeExpireReason<T>(
  reason: ExpireReason<T>,
  nameOf: (snapshot: T) => string = (snapshot) => (snapshot as DatedSnapshot).id,
): string {
  const by = nameOf(reason.by);
  switch (reason.kind) {
    case "nearer":
      return `${by} is nearer to ${instant(reason.wanted)}, ${span(reason.generation)}`;
    case "not-due":
      return `less than ${reason.generation.delta.text} after ${by}, ${span(reason.generation)}`;
    case "too-old":
      return `older than ${reason.generation.parent.text}, and ${by} is nearer to ${instant(reason.wanted)}`;
    case "same-time":
      return `taken at the same time as ${by}`;
  }
}

function span(generation: Generation): string {
  return `one each ${generation.delta.text} up to ${generation.parent.text}`;
}

function instant(date: Date): string {
  return date.toISOString().replace(".000Z", "Z");
}
