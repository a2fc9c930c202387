import type { KeepReason } from "@k8s-snapshots/retention";
import { ageInWords, howOften } from "../drawing/words.ts";
import { instantJson } from "../instant-json.ts";
import type { Going, InventorySnapshot } from "./disk-snapshots.ts";

/** `the newest`, `hourly slot, daily slot`: what the schedule keeps a snapshot for. */
export function keptForInWords(reasons: readonly KeepReason[]): string {
  return reasons.map((reason) => (reason.kind === "newest" ? "the newest" : slotInWords(reason))).join(", ");
}

function slotInWords({ generation }: Extract<KeepReason, { kind: "generation" }>): string {
  const often = howOften(generation.delta);
  return often.includes(" ") ? `one ${often}` : `${often} slot`;
}

/** `in 3h20m`, `now`, `held`, `waits`: when a snapshot goes, in a word or two. */
export function goesInWords({ goes, hold, state }: Pick<InventorySnapshot, "goes" | "hold" | "state">, now: number) {
  if (hold !== undefined) return "held";
  if (state !== "ready" && goes.when === "stays") return state;
  const words = {
    now: () => "now",
    waits: () => (goes.at === undefined ? "waits" : `waits, ${inTime(goes.at - now)} at least`),
    later: () => (goes.at === undefined ? "later" : inTime(goes.at - now)),
    stays: () => "stays",
  } as const satisfies Record<Going["when"], () => string>;
  return words[goes.when]();
}

function inTime(milliseconds: number): string {
  return milliseconds <= 0 ? "at the next" : `in ${ageInWords(milliseconds)}`;
}

/** One snapshot as JSON: times in ISO 8601, what is not there is `null`. */
export function snapshotJson(snapshot: InventorySnapshot): object {
  const { id, name, backend, location, disk, createdAt, state, sizeBytes, hold, keptFor, goes } = snapshot;
  return {
    id,
    name: name ?? null,
    backend,
    location,
    disk,
    createdAt: instantJson(createdAt),
    state,
    sizeBytes: sizeBytes ?? null,
    hold: hold ?? null,
    keptFor: keptFor.map((reason) =>
      reason.kind === "newest"
        ? { kind: "newest" }
        : {
            kind: "generation",
            delta: reason.generation.delta.text,
            parent: reason.generation.parent.text,
            wanted: reason.wanted.toISOString(),
          },
    ),
    goes: { when: goes.when, at: instantJson(goes.at), why: goes.why },
  };
}
