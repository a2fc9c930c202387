import { noFilter } from "../model/filter.ts";
import { byId } from "./element.ts";
import type { PageContext } from "./page-context.ts";
import { hideTooltip, showMarkTip } from "./tooltip.ts";
import type { VolumeList } from "./volume-list.ts";

/** What keys do, beside what browsers do by themselves. */
export class Keyboard {
  readonly #context: PageContext;
  readonly #list: VolumeList;

  /** Which mark of the selected row, counted from the newest; -1: none. */
  #mark = -1;

  constructor(context: PageContext, list: VolumeList) {
    this.#context = context;
    this.#list = list;
    addEventListener("keydown", (event) => this.#onKey(event));
    list.element.addEventListener("focus", () => {
      if (this.#index < 0) this.#select(0);
    });
    list.element.addEventListener("click", ({ target }) => {
      const row = list.rowOf(target);
      if (row === undefined) return;
      this.#select(row.index);
      this.#open();
    });
    const help = byId("help");
    help.addEventListener("click", () => {
      const keys = byId("keys");
      keys.hidden = !keys.hidden;
      help.setAttribute("aria-expanded", String(!keys.hidden));
    });
  }

  /** Leaves the details. */
  readonly close = (): void => {
    this.#context.store.dispatch({ type: "detailed", object: undefined });
    this.#list.element.focus();
  };

  get #index(): number {
    const { items, selected } = this.#context.store.state;
    return items.findIndex(({ key }) => key === selected);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const isTyping = target.matches("input, select");
    if (event.key === "Escape" || isTyping) {
      if (event.key === "Escape") this.#escape(isTyping);
      else this.#whileTyping(event, target);
      return;
    }
    const isOnList = target === this.#list.element || target === document.body;
    const act = everywhere[event.key] ?? (isOnList ? onList[event.key] : undefined);
    if (act === undefined) return;
    event.preventDefault();
    act(this);
  }

  #whileTyping(event: KeyboardEvent, target: HTMLElement): void {
    if (target.id !== "filter-text" || !["Enter", "ArrowDown"].includes(event.key)) return;
    if (this.#context.store.state.items.length === 0) return;
    event.preventDefault();
    this.#list.element.focus();
  }

  #escape(isTyping: boolean): void {
    const { store } = this.#context;
    if (!byId("tip").hidden) hideTooltip();
    else if (store.state.detail !== undefined) this.close();
    else if (isTyping && store.state.filter.text !== "")
      store.dispatch({ type: "filtered", filter: { text: noFilter.text } });
    else if (isTyping) this.#list.element.focus();
    else if (!byId("keys").hidden) byId("help").click();
  }

  #select(index: number): void {
    const { store } = this.#context;
    const { items, detail } = store.state;
    const at = Math.max(0, Math.min(items.length - 1, index));
    const item = items[at];
    if (item === undefined) return;
    this.#mark = -1;
    hideTooltip();
    store.dispatch({ type: "selected", key: item.key });
    this.#list.select(at);
    if (detail !== undefined && item.kind === "volume" && item.volume.object !== detail) this.#open();
  }

  #open(): void {
    const { store } = this.#context;
    const item = store.state.items[this.#index];
    if (item?.kind === "fold") store.dispatch({ type: "folded", key: item.key });
    else if (item !== undefined) store.dispatch({ type: "detailed", object: item.volume.object });
  }

  /** Along the marks of the selected row: to older ones with 1, to newer ones with -1. */
  #walk(step: number): void {
    const { store, timelines, say } = this.#context;
    if (this.#index < 0) this.#select(0);
    const index = this.#index;
    const item = store.state.items[index];
    const marks = item?.kind === "volume" ? (timelines.of(item.volume.object)?.marks ?? []) : [];
    if (marks.length === 0) return;
    this.#mark = this.#mark < 0 ? 0 : Math.max(0, Math.min(marks.length - 1, this.#mark + step));
    const mark = marks[this.#mark];
    this.#list.select(index, mark);
    const row = this.#list.rowAt(index);
    if (row !== undefined && mark !== undefined) say(showMarkTip(mark, row.line, this.#context));
  }

  /** By {@link everywhere} and {@link onList}. */
  readonly moves = {
    by: (rows: number): void => this.#select(this.#index + rows),
    page: (direction: 1 | -1): void => this.#select(this.#index + direction * this.#list.page),
    first: (): void => this.#select(0),
    last: (): void => this.#select(this.#context.store.state.items.length - 1),
    walk: (step: 1 | -1): void => this.#walk(step),
    open: (): void => this.#open(),
  };
}

const figure =
  (index: number): (() => void) =>
  () =>
    (byId("figures").children[index] as HTMLElement | undefined)?.click();

const everywhere: Readonly<Record<string, (keyboard: Keyboard) => void>> = {
  j: ({ moves }) => moves.by(1),
  k: ({ moves }) => moves.by(-1),
  "/": () => byId("filter-text").focus(),
  "?": () => byId("help").click(),
  t: () => byId("theme").click(),
  1: figure(0),
  2: figure(1),
  3: figure(2),
};

const onList: Readonly<Record<string, (keyboard: Keyboard) => void>> = {
  ArrowDown: ({ moves }) => moves.by(1),
  ArrowUp: ({ moves }) => moves.by(-1),
  PageDown: ({ moves }) => moves.page(1),
  PageUp: ({ moves }) => moves.page(-1),
  Home: ({ moves }) => moves.first(),
  End: ({ moves }) => moves.last(),
  ArrowLeft: ({ moves }) => moves.walk(1),
  ArrowRight: ({ moves }) => moves.walk(-1),
  Enter: ({ moves }) => moves.open(),
};
