import { type Axis, ticksOf, xOfAge } from "../model/axis.ts";
import { element } from "./element.ts";

/** Writes the ages below, or above, a timeline. */
export function labelAxis(place: HTMLElement, axis: Axis): void {
  const width = place.clientWidth;
  place.replaceChildren(
    ...ticksOf(axis, width).map(({ age, label }) => {
      const made = element(age === 0 ? "i.now" : "i", {}, label);
      made.style.left = `${xOfAge(axis, age, width)}px`;
      return made;
    }),
  );
}
