import { type Action, emptyState, type PageState, reduce } from "./page-state.ts";

/** The state of the page, and who hears when it changes. */
export class Store {
  readonly #listeners: ((state: PageState, before: PageState) => void)[] = [];
  #state: PageState = emptyState;

  get state(): PageState {
    return this.#state;
  }

  dispatch(action: Action): void {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (this.#state !== before) for (const listener of this.#listeners) listener(this.#state, before);
  }

  onChange(listener: (state: PageState, before: PageState) => void): void {
    this.#listeners.push(listener);
  }
}
