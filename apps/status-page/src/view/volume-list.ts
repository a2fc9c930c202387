import type { CoverageVolume, Mark } from "../api/index.ts";
import { type Item, isBare } from "../model/items.ts";
import { RowHeights } from "../model/row-heights.ts";
import { labelAxis } from "./axis-labels.ts";
import type { DrawnRow } from "./draw-timeline.ts";
import { byId } from "./element.ts";
import { ListRow } from "./list-row.ts";
import type { PageContext } from "./page-context.ts";
import { TimelineBlocks } from "./timeline-blocks.ts";

export const NARROW = 720;

/** Of a row with a timeline, and of one without, in pixels as in styles; on narrow screens both stack. */
function heights(): { readonly timeline: number; readonly bare: number } {
  return innerWidth <= NARROW ? { timeline: 96, bare: 96 } : { timeline: 44, bare: 29 };
}
const ROWS_BESIDE = 3;

/** The list: as many rows in the document as fit, moved as it scrolls, however many volumes there are. */
export class VolumeList {
  readonly #context: PageContext;
  readonly #list = byId("list");
  readonly #pad = byId("pad");
  readonly #head = document.querySelector(".head") as HTMLElement;
  readonly #rows: ListRow[] = [];
  readonly #lines = new TimelineBlocks(this.#pad, (index) => this.#heights.top(index));
  #heights = new RowHeights([]);
  #first = -1;

  /** Of the list when it was laid out last, in pixels. */
  #size = { width: 0, height: 0 };
  #frame = 0;

  /** The mark of the selected row that the keyboard is at. */
  #focus: Mark | undefined;

  constructor(context: PageContext) {
    this.#context = context;
    this.#list.addEventListener("scroll", () => this.#placeSoon(), { passive: true });
    new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {};
      // Showing the list is a change of its size too, and is laid out already.
      if (Math.round(width) !== this.#size.width || Math.round(height) !== this.#size.height) this.layout();
    }).observe(this.#list);
  }

  get element(): HTMLElement {
    return this.#list;
  }

  /** How many rows a page has, for keys. */
  get page(): number {
    return Math.max(1, Math.floor(this.#list.clientHeight / heights().timeline) - 1);
  }

  /** Objects of the rows on the screen. */
  get shown(): readonly string[] {
    return this.#rows.flatMap(({ item }) =>
      item?.kind === "volume" && !isBare(item.volume) ? [item.volume.object] : [],
    );
  }

  /** The row that an element of the page is in. */
  rowOf(target: EventTarget | null): ListRow | undefined {
    const row = (target as Element | null)?.closest?.(".row");
    return this.#rows.find(({ element }) => element === row);
  }

  /** The row of an item, if it is on the screen. */
  rowAt(index: number): ListRow | undefined {
    return this.#rows.find((row) => row.index === index);
  }

  /** The items, or the space for them, are others. */
  layout(): void {
    const { items } = this.#context.store.state;
    if (items.length === 0 && this.#rows.length === 0) return;
    const { clientHeight, scrollTop } = this.#list;
    const { timeline, bare } = heights();
    const heightOf = (item: Item): number => (item.kind === "fold" || isBare(item.volume) ? bare : timeline);
    this.#heights = new RowHeights(items.map(heightOf));
    this.#pad.style.height = `${this.#heights.height}px`;
    const needed = Math.min(items.length, Math.ceil(clientHeight / bare) + 2 * ROWS_BESIDE);
    while (this.#rows.length < needed) this.#rows.push(this.#addRow());
    while (this.#rows.length > needed) this.#rows.pop()?.element.remove();
    this.#first = -1;
    this.#place(scrollTop);
  }

  /** Fills all rows on the screen anew. */
  redraw(): void {
    if (this.#rows.length === 0) return;
    this.#first = -1;
    this.#place();
  }

  /** Fills the rows of some objects anew, where they are on the screen. */
  redrawSome(objects: ReadonlySet<string>): void {
    for (const row of this.#rows) {
      if (row.item?.kind !== "volume" || !objects.has(row.item.volume.object)) continue;
      this.#fill(row, row.index);
      this.#draw(row);
    }
  }

  scrollToTop(): void {
    if (this.#rows.length > 0) this.#list.scrollTop = 0;
  }

  /** Shows the selected row, and the mark that the keyboard is at. */
  select(index: number, focus?: Mark): void {
    this.#focus = focus;
    const top = this.#heights.top(index);
    const bottom = this.#heights.top(index + 1);
    const { scrollTop, clientHeight } = this.#list;
    if (top < scrollTop) this.#list.scrollTop = top;
    else if (bottom > scrollTop + clientHeight) this.#list.scrollTop = bottom - clientHeight;
    this.redraw();
    this.#list.setAttribute("aria-activedescendant", `row-${index}`);
  }

  #addRow(): ListRow {
    const row = new ListRow(this.#context);
    this.#pad.append(row.element);
    return row;
  }

  #placeSoon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#place();
    });
  }

  #place(scrollTop = this.#list.scrollTop): void {
    const isAnew = this.#first < 0;
    const last = this.#heights.count - this.#rows.length;
    const first = Math.max(0, Math.min(last, this.#heights.at(scrollTop) - ROWS_BESIDE));
    if (first === this.#first) return;
    this.#first = first;
    // A row that stays on the screen stays as it is.
    const others: ListRow[] = [];
    for (let index = first; index < first + this.#rows.length; index++) {
      const row = this.#rows[index % this.#rows.length] as ListRow;
      if (!isAnew && row.index === index) continue;
      this.#fill(row, index);
      others.push(row);
    }
    if (isAnew) {
      this.#lines.clear({
        ...{ rows: this.#rows.length, rowHeight: heights().timeline },
        line: this.#rows.find(hasTimeline)?.line,
      });
      this.#fitHead();
    }
    for (const row of others) this.#draw(row);
  }

  /** The columns' heads are above the rows, beside whose list there may be a scroll bar. */
  #fitHead(): void {
    const { offsetWidth, clientWidth: width, clientHeight: height } = this.#list;
    this.#size = { width, height };
    labelAxis(byId("axis"), this.#context.axis());
    this.#head.style.setProperty("--sb", `${offsetWidth - width}px`);
  }

  #draw(row: ListRow): void {
    const { item, index, line } = row;
    if (!hasTimeline(row) || item?.kind !== "volume") return;
    this.#lines.draw(index, line, this.#context.axis(), this.#drawnRow(item.volume));
  }

  #drawnRow(volume: CoverageVolume): DrawnRow | undefined {
    const { clock, timelines, axis, store } = this.#context;
    const { object, dueAt, rule, protection } = volume;
    const timeline = timelines.of(object);
    if (timeline === undefined) return undefined;
    return {
      ...{ timeline, now: clock.now(), axis: axis() },
      dueAt: protection === "protected" && dueAt !== null ? Date.parse(dueAt) : undefined,
      interval: (rule?.intervalSeconds ?? 1) * 1_000,
      focus: object === store.state.selected ? this.#focus : undefined,
    };
  }

  #fill(row: ListRow, index: number): void {
    const { items, selected } = this.#context.store.state;
    const item = items[index];
    if (item === undefined) return;
    const before = items[index - 1];
    const isSelected = item.key === selected;
    row.fill(item, {
      ...{ index, count: items.length, top: this.#heights.top(index), isSelected },
      isFirstOfState: before !== undefined && protectionOf(before) !== protectionOf(item),
    });
  }
}

function hasTimeline({ item }: ListRow): boolean {
  return item?.kind === "volume" && !isBare(item.volume);
}

function protectionOf(item: Item): string {
  return item.kind === "volume" ? item.volume.protection : item.example.protection;
}
