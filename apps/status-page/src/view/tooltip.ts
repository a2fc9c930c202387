import type { Mark, Timeline } from "../api/index.ts";
import { ageInWords } from "../model/ages.ts";
import { type Axis, ageOfX, xOfAge } from "../model/axis.ts";
import { expectedInWords, gapInWords, markInWords, type Said } from "../model/mark-words.ts";
import { byId, element } from "./element.ts";
import type { PageContext } from "./page-context.ts";
import { kindOf, type MarkKind, svgMark } from "./svg-mark.ts";
import { NARROW, type VolumeList } from "./volume-list.ts";

/** Says what is below the pointer. */
export function startTooltip(context: PageContext, list: VolumeList): void {
  list.element.addEventListener("mousemove", (event) => {
    const row = list.rowOf(event.target);
    const place = (event.target as Element).closest(".c-line");
    const item = row?.item;
    if (place === null || item?.kind !== "volume") return hideTooltip();
    const { left, top, width, height } = place.getBoundingClientRect();
    const x = event.clientX - left;
    const timeline = context.timelines.of(item.volume.object);
    const now = context.clock.now();
    const axis = context.axis();
    if (timeline === undefined) return hideTooltip();
    showCross(event.clientX, x, width, axis);
    const found = thingAt(timeline, axis, x, width, now);
    if (found === undefined) byId("tip").hidden = true;
    else showTip(found.said, svgMark(found.kind, found.mark?.slot), left + found.x, top + height / 2);
  });
  list.element.addEventListener("mouseleave", hideTooltip);
  list.element.addEventListener("scroll", hideTooltip, { passive: true });
}

export function hideTooltip(): void {
  byId("tip").hidden = true;
  byId("cross").hidden = true;
}

/** Shows what a mark stands for at its place on a row's line. @returns the same, to be said */
export function showMarkTip(mark: Mark, line: HTMLElement, context: PageContext): string {
  const { left, top, width, height } = line.getBoundingClientRect();
  const now = context.clock.now();
  const said = markInWords(mark, now);
  const x = left + xOfAge(context.axis(), now - mark.at * 1_000, width);
  showTip(said, svgMark(kindOf(mark), mark.slot), x, top + height / 2);
  return [said.title, ...said.lines].join(". ");
}

interface Thing {
  readonly said: Said;
  readonly kind: MarkKind;
  readonly mark?: Mark;
  readonly x: number;
}

const NEAR = 9;

function thingAt(timeline: Timeline, axis: Axis, x: number, width: number, now: number): Thing | undefined {
  const at = (seconds: number): number => xOfAge(axis, now - seconds * 1_000, width);
  const mark = nearest(timeline.marks, (one) => at(one.at), x);
  if (mark !== undefined) return { said: markInWords(mark, now), kind: kindOf(mark), mark, x: at(mark.at) };
  const gap = timeline.gaps.find(({ from, to }) => x >= at(from) - 2 && x <= at(to ?? now / 1_000) + 4);
  if (gap !== undefined) return { said: gapInWords(gap, now), kind: "gap", x };
  const expected = nearest(timeline.expected, at, x);
  return expected === undefined
    ? undefined
    : { said: expectedInWords(expected, now), kind: "expected", x: at(expected) };
}

function nearest<T>(things: readonly T[], xOf: (thing: T) => number, x: number): T | undefined {
  let best: T | undefined;
  let distance = NEAR;
  for (const thing of things) {
    const own = Math.abs(xOf(thing) - x);
    if (own >= distance) continue;
    best = thing;
    distance = own;
  }
  return best;
}

function showTip({ title, lines }: Said, mark: SVGElement, x: number, y: number): void {
  const tip = byId("tip");
  tip.replaceChildren(element("h2", {}, mark, title), ...lines.map((line) => element("p", {}, line)));
  tip.hidden = false;
  const { width, height } = tip.getBoundingClientRect();
  tip.style.left = `${Math.max(8, Math.min(innerWidth - width - 8, x - width / 2))}px`;
  tip.style.top = `${y + height + 24 > innerHeight ? y - height - 22 : y + 20}px`;
}

/** A line through all rows, with its age. */
function showCross(clientX: number, x: number, width: number, axis: Axis): void {
  const cross = byId("cross");
  const age = ageOfX(axis, x, width);
  cross.hidden = age < 0 || innerWidth <= NARROW;
  const frame = cross.parentElement as HTMLElement;
  cross.style.left = `${clientX - frame.getBoundingClientRect().left}px`;
  (cross.firstElementChild as HTMLElement).textContent = `${ageInWords(age)} ago`;
}
