import type { Zoom } from "../model/axis.ts";
import { byId, element } from "./element.ts";
import { type PageContext, zoomsOf } from "./page-context.ts";

const words: Readonly<Record<Zoom, string>> = {
  all: "All times",
  month: "Last month",
  year: "Last year",
  years: "Years",
};

/** Lets people choose what the axis gives room to. */
export function startZoom({ store }: Pick<PageContext, "store">): void {
  const field = byId<HTMLSelectElement>("zoom");
  field.addEventListener("input", () => store.dispatch({ type: "zoomed", zoom: field.value as Zoom }));
}

/** Hidden where there is nothing to choose. */
export function showZoom({ store }: Pick<PageContext, "store">): void {
  const { coverage, zoom } = store.state;
  const zooms = zoomsOf(coverage);
  const field = byId<HTMLSelectElement>("zoom");
  (field.parentElement as HTMLElement).hidden = zooms.length < 2;
  field.replaceChildren(...zooms.map((value) => element("option", { value }, words[value])));
  field.value = zooms.includes(zoom) ? zoom : "all";
}

/** The zoom of that name, such as one from an address. */
export function zoomOf(name: string | null): Zoom {
  return name !== null && Object.hasOwn(words, name) ? (name as Zoom) : "all";
}
