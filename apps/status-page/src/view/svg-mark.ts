import type { Mark, SlotClass } from "../api/index.ts";
import { svgElement } from "./element.ts";
import { brokenStrokes, cross, isStroke, ring, shapes, slotColors } from "./shapes.ts";

/** What a mark stands for, in legend, tooltip and details. */
export type MarkKind = "ready" | "goes" | "held" | "pending" | "stuck" | "failed" | "expected" | "gap";

interface Part {
  readonly path: string;
  readonly fill?: string;
  readonly stroke?: string;
  readonly width?: number;
  readonly opacity?: number;
}

const striped = (color: string): readonly Part[] => [
  { path: "M-6-5h12v10h-12z", stroke: color, width: 1.4 },
  { path: "M-6 1L0-5M-6 5L4-5M-2 5L6-3M2 5L6 1", stroke: color, width: 1.6 },
];

const parts: Readonly<Record<MarkKind, (slot: SlotClass) => readonly Part[]>> = {
  ready: (slot) => [{ path: shapes[slot], fill: slotColors[slot] }],
  goes: (slot) =>
    isStroke(slot)
      ? [{ path: brokenStrokes[slot] ?? shapes[slot], fill: slotColors[slot] }]
      : [{ path: shapes[slot], fill: "--card", stroke: slotColors[slot], width: 1.7 }],
  held: (slot) => [
    { path: "M-4 4.5a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", fill: slotColors[slot] },
    { path: "M-.7 0h1.4v-3a3 3 0 1 0-1.4 0z", fill: "--ink" },
  ],
  pending: () => striped("--h"),
  stuck: () => striped("--bad"),
  failed: () => [{ path: cross, stroke: "--bad", width: 2.4 }],
  expected: () => [{ path: ring, stroke: "--ghost", width: 1.3 }],
  gap: () => [
    { path: "M-9-5h18v10h-18z", fill: "--gap", opacity: 0.2 },
    { path: "M-9-1h18v2h-18zM-9-7h2v14h-2zM7-7h2v14h-2z", fill: "--gap" },
  ],
};

/** How a snapshot is drawn there. */
export function kindOf({ state, held, goes }: Pick<Mark, "state" | "held" | "goes">): MarkKind {
  if (state === "ready") return held ? "held" : goes ? "goes" : "ready";
  if (state === "stuck" || state === "failed") return state;
  return "pending";
}

/** The same mark as on the timeline, as a picture in a text. */
export function svgMark(kind: MarkKind, slot: SlotClass = "days"): SVGElement {
  const paths = parts[kind](slot).map(({ path, fill, stroke, width = 0, opacity = 1 }) => {
    const made = svgElement("path", { d: path });
    made.style.fill = fill === undefined ? "none" : `var(${fill})`;
    if (stroke !== undefined) made.style.stroke = `var(${stroke})`;
    made.style.strokeWidth = String(width);
    made.style.opacity = String(opacity);
    return made;
  });
  return svgElement("svg", { viewBox: "-9 -9 18 18", width: 16, height: 16, "aria-hidden": "true" }, ...paths);
}
