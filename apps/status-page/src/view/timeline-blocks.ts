import { type DrawnRow, drawTimeline, fitCanvas } from "./draw-timeline.ts";
import { element } from "./element.ts";

/** So many rows share a canvas. */
const ROWS = 8;

/** Where in a row its timeline lies, in pixels. */
interface Cell {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What {@link TimelineBlocks.clear} has to know of the list. */
export interface ClearOptions {
  /** How many rows are on the screen at most. */
  readonly rows: number;

  /** Of the highest, in pixels. */
  readonly rowHeight: number;

  /** Where the timeline is in any row that has one; `undefined`: none has. */
  readonly line: HTMLElement | undefined;
}

/** A canvas, and the rows that it is for: those from `block * ROWS` on. */
interface Block {
  readonly canvas: HTMLCanvasElement;
  block: number;

  /** Of its first row, in pixels. */
  top: number;
  ratio: number;
}

/**
 * The timelines of the rows on the screen, a few rows to a canvas. A canvas is a layer for the browser, and so is what lies
 * between two of them: with one for each row, it would paint and compose dozens of layers anew with every frame of a scroll.
 * With one for all, it would copy all of it for each row that is drawn.
 */
export class TimelineBlocks {
  readonly #parent: HTMLElement;
  readonly #topOf: (index: number) => number;
  readonly #blocks: Block[] = [];
  #cell: Cell | undefined;
  #rowHeight = 0;

  /** @param topOf - where a row begins in the parent, in pixels */
  constructor(parent: HTMLElement, topOf: (index: number) => number) {
    this.#parent = parent;
    this.#topOf = topOf;
  }

  /** Nothing is drawn any more, and there may be another space to draw on. */
  clear({ rows, rowHeight, line }: ClearOptions): void {
    this.#cell = line && cellOf(line);
    this.#rowHeight = rowHeight;
    const needed = rows === 0 ? 0 : Math.ceil(rows / ROWS) + 1;
    while (this.#blocks.length > needed) this.#blocks.pop()?.canvas.remove();
    while (this.#blocks.length < needed) {
      const canvas = element("canvas.lines", { "aria-hidden": "true" });
      this.#parent.append(canvas);
      this.#blocks.push({ canvas, block: -1, top: 0, ratio: 1 });
    }
    for (const block of this.#blocks) block.block = -1;
  }

  /**
   * Draws one row, instead of what was drawn of it.
   *
   * @param line - the row's element for its timeline: it is at the same place in all rows
   * @param row - `undefined`: nothing is known of it yet
   */
  draw(index: number, line: HTMLElement, axis: DrawnRow["axis"], row: DrawnRow | undefined): void {
    this.#cell ??= cellOf(line);
    const cell = this.#cell;
    const block = this.#blocks[Math.floor(index / ROWS) % this.#blocks.length];
    const context = block?.canvas.getContext("2d");
    if (cell.width === 0 || block === undefined || context == null) return;
    if (block.block !== Math.floor(index / ROWS)) this.#place(block, Math.floor(index / ROWS), cell);
    const { ratio } = block;
    context.setTransform(ratio, 0, 0, ratio, 0, Math.round((this.#topOf(index) - block.top) * ratio));
    drawTimeline(context, cell, axis, row);
  }

  /** Takes a canvas for other rows. */
  #place(block: Block, number: number, { left, top, width }: Cell): void {
    const { canvas } = block;
    block.block = number;
    block.top = this.#topOf(number * ROWS);
    block.ratio = fitCanvas(canvas, { width, height: ROWS * this.#rowHeight });
    const context = canvas.getContext("2d");
    context?.setTransform(1, 0, 0, 1, 0, 0);
    context?.clearRect(0, 0, canvas.width, canvas.height);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${canvas.height / block.ratio}px`;
    canvas.style.transform = `translate(${left}px, ${block.top + top}px)`;
  }
}

function cellOf({ offsetLeft: left, offsetTop: top, clientWidth: width, clientHeight: height }: HTMLElement): Cell {
  return { left, top, width, height };
}
