import type { Gap, Mark, SlotClass, Timeline } from "../api/index.ts";
import { type Axis, FUTURE, ticksOf, xOfAge } from "../model/axis.ts";
import { color } from "./colors.ts";
import { brokenStrokes, cross, isStroke, pin, ring, shapes, slotColors } from "./shapes.ts";

/** What is drawn of one volume. Times in milliseconds since 1970. */
export interface DrawnRow {
  readonly timeline: Timeline;
  readonly now: number;
  readonly axis: Axis;

  /** When the next one is due; `undefined`: it is, or it is not known. */
  readonly dueAt: number | undefined;
  readonly interval: number;

  /** The mark that the keyboard is at. */
  readonly focus?: Mark | undefined;

  /** Default: 1. */
  readonly scale?: number;
}

/** In CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Makes a canvas as sharp as the screen. @returns how many of its pixels are one of CSS */
export function fitCanvas(canvas: HTMLCanvasElement, { width, height }: Size): number {
  const ratio = Math.min(3, devicePixelRatio || 1);
  const pixels = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) Object.assign(canvas, pixels);
  return ratio;
}

const shapePaths = new Map<string, Path2D>();

function pathOf(text: string): Path2D {
  const path = shapePaths.get(text) ?? new Path2D(text);
  shapePaths.set(text, path);
  return path;
}

/** Draws a row at the origin of a context. Without a row, the lines of the axis alone. In CSS pixels. */
export function drawTimeline(
  context: CanvasRenderingContext2D,
  { width, height }: Size,
  axis: Axis,
  row: DrawnRow | undefined,
): void {
  context.clearRect(0, 0, width, height);
  drawGrid(context, axis, width, height);
  if (row === undefined) return;
  const place: Place = {
    context,
    x: (time) => xOfAge(axis, row.now - time, width),
    y: Math.max(Math.round(height / 2), PIN_ABOVE),
    width,
  };
  drawReach(place, axis, row);
  for (const gap of row.timeline.gaps) drawGap(place, gap, row.now);
  drawExpected(place, row);
  drawMarks(place, row);
}

/** So far a pin reaches above the middle, in pixels. */
const PIN_ABOVE = 16;

/** Where things lie, and onto what they are drawn. */
interface Place {
  readonly context: CanvasRenderingContext2D;

  /** Of a time in milliseconds since 1970. */
  readonly x: (time: number) => number;
  readonly y: number;
  readonly width: number;
}

function drawGrid(context: CanvasRenderingContext2D, axis: Axis, width: number, height: number): void {
  context.lineWidth = 1;
  for (const { age } of ticksOf(axis, width)) {
    const x = Math.round(xOfAge(axis, age, width)) + 0.5;
    context.strokeStyle = color(age === 0 ? "--edge" : "--grid");
    line(context, x, 0, x, height);
  }
}

/** How far the schedule reaches. */
function drawReach({ context, x, y }: Place, axis: Axis, { timeline, now }: DrawnRow): void {
  const far = x(now - Math.min(axis.far, timeline.reach * 1_000));
  context.strokeStyle = color("--line");
  context.lineWidth = 2;
  line(context, far, y, x(now), y);
  line(context, far, y - 4, far, y + 4);
}

/** A beam with ends: not told by its colour alone. */
function drawGap({ context, x, y }: Place, { from, to }: Gap, now: number): void {
  const left = x(from * 1_000);
  const right = Math.max(left + 7, x(to === null ? now : to * 1_000));
  context.fillStyle = color("--gap");
  context.globalAlpha = 0.16;
  context.fillRect(left, y - 6, right - left, 12);
  context.globalAlpha = 1;
  context.fillRect(left, y - 1, right - left, 2);
  context.fillRect(left, y - 7, 2, 14);
  if (to !== null) context.fillRect(right - 2, y - 7, 2, 14);
}

function drawExpected(place: Place, { timeline, now, dueAt, interval }: DrawnRow): void {
  const { context, x, y } = place;
  const rings = timeline.expected.map((time) => x(time * 1_000));
  if (dueAt !== undefined && dueAt > now) {
    rings.push(x(now) + 6 + (FUTURE - 14) * Math.min(1, (dueAt - now) / interval));
  }
  context.lineWidth = 1.2;
  context.strokeStyle = color("--ghost");
  context.fillStyle = color("--card");
  for (const at of rings) {
    context.save();
    context.translate(at, y);
    context.fill(pathOf(ring));
    context.stroke(pathOf(ring));
    context.restore();
  }
}

/** Closer than this, marks and strokes get narrower before they hide each other; in pixels. */
const CLOSE_MARKS = 9;
const CLOSE_STROKES = 5;

function drawMarks({ context, x, y }: Place, { timeline, focus, scale = 1 }: DrawnRow): void {
  const { marks } = timeline;
  const xs = marks.map(({ at }) => x(at * 1_000));
  // The newest on top.
  for (let index = marks.length - 1; index >= 0; index--) {
    const mark = marks[index] as Mark;
    const at = xs[index] as number;
    const near = Math.min((xs[index - 1] ?? Number.POSITIVE_INFINITY) - at, at - (xs[index + 1] ?? -99));
    const stroke = isStroke(mark.slot);
    const tight = !stroke && near < CLOSE_MARKS && mark.held !== true ? Math.max(0.5, near / (CLOSE_MARKS + 0.5)) : 1;
    const narrow = stroke && mark.state === "ready" ? Math.max(0.4, Math.min(1, near / CLOSE_STROKES)) : tight;
    context.save();
    context.translate(stroke ? Math.round(at) : at, y);
    context.scale(scale * narrow, scale * tight);
    drawMark(context, mark, stroke ? near > CLOSE_STROKES : tight > 0.7);
    if (focus?.id === mark.id) drawFocus(context);
    context.restore();
  }
}

/** @param hasRoom - for a halo that parts it from its neighbours */
function drawMark(context: CanvasRenderingContext2D, { slot, state, goes, held }: Mark, hasRoom: boolean): void {
  const own = color(slotColors[slot]);
  if (state === "failed") {
    context.strokeStyle = color("--bad");
    context.lineWidth = 2.2;
    context.stroke(pathOf(cross));
    return;
  }
  if (state !== "ready") {
    drawStriped(context, state === "stuck" ? color("--bad") : own);
    return;
  }
  const shape = pathOf(shapes[slot]);
  context.lineJoin = "round";
  context.strokeStyle = color("--card");
  context.lineWidth = isStroke(slot) ? 2 : 2.4;
  if (hasRoom) context.stroke(shape);
  if (goes && !held) drawGoing(context, slot, own);
  else {
    context.fillStyle = own;
    context.fill(shape);
  }
  if (!held) return;
  context.fillStyle = color("--ink");
  context.fill(pathOf(pin));
}

function drawGoing(context: CanvasRenderingContext2D, slot: SlotClass, own: string): void {
  const broken = brokenStrokes[slot];
  if (broken !== undefined) {
    context.fillStyle = own;
    context.fill(pathOf(broken));
    return;
  }
  context.fillStyle = color("--card");
  context.strokeStyle = own;
  context.lineWidth = 1.7;
  context.fill(pathOf(shapes[slot]));
  context.stroke(pathOf(shapes[slot]));
}

function drawStriped(context: CanvasRenderingContext2D, own: string): void {
  context.fillStyle = color("--card");
  context.strokeStyle = own;
  context.fillRect(-7, -6, 14, 12);
  context.save();
  context.beginPath();
  context.rect(-6, -5, 12, 10);
  context.clip();
  context.lineWidth = 1.8;
  for (let offset = -16; offset < 16; offset += 4) line(context, offset, 6, offset + 12, -6);
  context.restore();
  context.lineWidth = 1.3;
  context.strokeRect(-6, -5, 12, 10);
}

function drawFocus(context: CanvasRenderingContext2D): void {
  context.strokeStyle = color("--ink");
  context.lineWidth = 1.6;
  context.beginPath();
  context.arc(0, 0, 10, 0, 7);
  context.stroke();
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
