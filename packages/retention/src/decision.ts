import type { Generation } from "./deltas.ts";

/** What {@link decideRetention} reads of a snapshot. */
export interface DatedSnapshot {
  /** Unique. Decides which of several snapshots of one time stands for all: the lowest. */
  readonly id: string;

  /** When it was taken. Counts to the millisecond. */
  readonly createdAt: Date;
}

/** Every snapshot that was put in, once: either kept or expired, with why. Both lists are newest first. */
export interface RetentionDecision<T> {
  readonly kept: readonly KeptSnapshot<T>[];
  readonly expired: readonly ExpiredSnapshot<T>[];
}

/** A snapshot that the schedule wants. */
export interface KeptSnapshot<T> {
  readonly snapshot: T;

  /** At least one: `newest` first, then from the finest generation to the coarsest, each once at the most. */
  readonly reasons: readonly KeepReason[];
}

/** A snapshot that the schedule does not want. */
export interface ExpiredSnapshot<T> {
  readonly snapshot: T;
  readonly reason: ExpireReason<T>;
}

/**
 * - `newest`: always kept.
 * - `generation`: of all snapshots it is the nearest to `wanted`, a point in time of which the generation wants one.
 */
export type KeepReason =
  | { readonly kind: "newest" }
  | { readonly kind: "generation"; readonly generation: Generation; readonly wanted: Date };

/**
 * - `nearer`: `wanted` is the next point in time of which the finest generation that reaches this snapshot wants one,
 *   and the snapshot `by` is nearer to it, or equally near and newer.
 * - `not-due`: it came after `by`, the last one that the generation wanted before the newest, and less than `delta`
 *   before the next point in time, which lies at or after the newest.
 * - `too-old`: it is older than the longest duration, and `by` is nearer to where that one reaches.
 * - `same-time`: `by` was taken in the same millisecond.
 */
export type ExpireReason<T> =
  | { readonly kind: "nearer" | "too-old"; readonly by: T; readonly generation: Generation; readonly wanted: Date }
  | { readonly kind: "not-due"; readonly by: T; readonly generation: Generation }
  | { readonly kind: "same-time"; readonly by: T };
