import type { SlotClass } from "../api/index.ts";

/** Paths around 0,0, one table for canvas and SVG: a mark is told by its shape, not by its colour. */
export const shapes: Readonly<Record<SlotClass, string>> = {
  minutes: "M-1-4h2v8h-2z",
  hours: "M-1.25-7h2.5v14h-2.5z",
  days: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
  weeks: "M0-5.8L5 0L0 5.8L-5 0z",
  months: "M-4.6-4.6h9.2v9.2h-9.2z",
};

/** A stroke has no inside to be hollow: one that goes next is broken in the middle. */
export const brokenStrokes: Readonly<Partial<Record<SlotClass, string>>> = {
  minutes: "M-1-4h2v2.6h-2zM-1 1.4h2v2.6h-2z",
  hours: "M-1.25-7h2.5v4.6h-2.5zM-1.25 2.4h2.5v4.6h-2.5z",
};

export const cross = "M-3.2-3.2L3.2 3.2M3.2-3.2L-3.2 3.2";
export const pin = "M-.7-4h1.4v-5.2a3.2 3.2 0 1 0-1.4 0z";
export const ring = "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z";

/** The style variables that the slots are painted with. */
export const slotColors: Readonly<Record<SlotClass, string>> = {
  minutes: "--m",
  hours: "--h",
  days: "--d",
  weeks: "--w",
  months: "--mo",
};

/** Strokes are narrow: they may stand closer. */
export function isStroke(slot: SlotClass): boolean {
  return slot === "minutes" || slot === "hours";
}
