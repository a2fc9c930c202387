import type { DiskState } from "./disk-state.ts";
import type { Fact } from "./fact.ts";
import type { Present } from "./present.ts";
import { creationAccepted, creationRefused, creationSent } from "./reduce-creation.ts";
import { deletionDone, deletionRefused, deletionSent } from "./reduce-deletion.ts";
import { noteHistory } from "./reduce-history.ts";
import { diskListed } from "./reduce-list.ts";
import { snapshotRead } from "./reduce-read.ts";
import { ruleChanged } from "./reduce-rule.ts";

/**
 * The disk after a fact. Pure: changes nothing that it is given, and reads no clock.
 *
 * @param present - when the fact came to be known; its location knows the fact already, where it concerns the location
 */
export function reduce(state: DiskState, fact: Fact, present: Present): DiskState {
  return noteHistory(state, apply(state, fact, present), present);
}

function apply(state: DiskState, fact: Fact, present: Present): DiskState {
  switch (fact.type) {
    case "rule.changed":
      return ruleChanged(state, fact, present);
    case "disk.listed":
      return diskListed(state, fact, present);
    case "snapshot.read":
      return snapshotRead(state, fact, present);
    case "creation.sent":
      return creationSent(state, fact);
    case "creation.accepted":
      return creationAccepted(state, fact, present);
    case "creation.refused":
      return creationRefused(state, fact, present);
    case "deletion.sent":
      return deletionSent(state, fact);
    case "deletion.done":
      return deletionDone(state, fact, present);
    case "deletion.refused":
      return deletionRefused(state, fact, present);
  }
}
