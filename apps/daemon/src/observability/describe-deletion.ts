import { describeExpireReason } from "@k8s-snapshots/retention";
import type { DeletionAction, EventDeletion, EventSnapshot } from "@k8s-snapshots/scheduler";

const reasons = {
  expired: "no schedule in force keeps it",
  failed: "it failed, and will never be usable",
  room: "a limit is used up, and the next one needs the room",
  orphaned: "its rule is gone, and wanted it to expire",
} as const satisfies Record<DeletionAction["reason"], string>;

/**
 * Why a snapshot goes, in words.
 *
 * @param nameOf - what to call the one that stands for it. Default: its `id`.
 */
export function describeDeletion(
  { reason, why }: Pick<EventDeletion, "reason" | "why">,
  nameOf: (snapshot: EventSnapshot) => string = ({ id }) => id,
): string {
  if (why === undefined) return reasons[reason];
  const stands = describeExpireReason(why, nameOf);
  return reason === "expired" ? stands : `${reasons[reason]}: ${stands}`;
}
