import { type Filter, noFilter } from "../model/filter.ts";
import type { PageContext } from "./page-context.ts";
import { zoomOf } from "./zoom.ts";

/** Keeps filter, zoom and details in the page's address, behind `#`: so that it can be bookmarked and sent. */
export function startAddress({ store }: PageContext): void {
  const written = new URLSearchParams(location.hash.slice(1));
  const names = Object.keys(noFilter) as (keyof Filter)[];
  const filter = Object.fromEntries(names.map((name) => [name, written.get(name) ?? ""]));
  store.dispatch({ type: "filtered", filter });
  store.dispatch({ type: "zoomed", zoom: zoomOf(written.get("time")) });
  const volume = written.get("volume");
  if (volume !== null) store.dispatch({ type: "detailed", object: volume });
  store.onChange((state, before) => {
    if (state.filter === before.filter && state.detail === before.detail && state.zoom === before.zoom) return;
    const shown = new URLSearchParams();
    for (const name of names) if (state.filter[name] !== "") shown.set(name, state.filter[name]);
    if (state.zoom !== "all") shown.set("time", state.zoom);
    if (state.detail !== undefined) shown.set("volume", state.detail);
    const hash = shown.toString();
    history.replaceState(null, "", hash === "" ? location.pathname + location.search : `#${hash}`);
  });
}
