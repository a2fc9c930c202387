/** One line of a chart: its name, and points of x and y. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn with gaps: a figure to compare with. Default: false */
  readonly isReference?: boolean;
}

/** What a chart shows. */
export interface Chart {
  readonly title: string;
  /** Of y. */
  readonly unit: string;
  readonly lines: readonly Line[];
}

const WIDTH = 460;
const HEIGHT = 260;
const LEFT = 64;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 34;

/** A chart as SVG, whose x is logarithmic: how something grows with the number of disks. */
export function lineChart({ title, unit, lines }: Chart): string {
  const points = lines.flatMap((line) => line.points);
  const xs = [...new Set(points.map(([x]) => x))].sort((a, b) => a - b);
  const low = Math.log10(Math.min(...xs));
  const high = Math.max(Math.log10(Math.max(...xs)), low + 1);
  const most = niceAbove(Math.max(...points.map(([, y]) => y), 0));
  const xOf = (x: number): number => LEFT + ((Math.log10(x) - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const yOf = (y: number): number => HEIGHT - BOTTOM - (y / most) * (HEIGHT - TOP - BOTTOM);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const y = yOf(share * most);
    return (
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(y)}" y2="${round(y)}"/>` +
      `<text x="${LEFT - 6}" y="${round(y + 4)}" text-anchor="end">${short(share * most)}</text>`
    );
  });
  const ticks = xs.map(
    (x) => `<text x="${round(xOf(x))}" y="${HEIGHT - 14}" text-anchor="middle">${x.toLocaleString("en")}</text>`,
  );
  const drawn = lines.map(({ points, isReference }, index) => {
    const path = points.map(([x, y]) => `${round(xOf(x))},${round(yOf(y))}`).join(" ");
    const dots = points.map(([x, y]) => `<circle cx="${round(xOf(x))}" cy="${round(yOf(y))}" r="3"/>`);
    const kind = isReference ? "reference" : `line-${index}`;
    return `<g class="${kind}"><polyline points="${path}"/>${dots.join("")}</g>`;
  });
  const legend = lines.map(
    ({ name, isReference }, index) =>
      `<span class="${isReference ? "reference" : `line-${index}`}">${escaped(name)}</span>`,
  );
  return (
    `<figure><figcaption>${escaped(title)} <small>${escaped(unit)}</small></figcaption>` +
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">` +
    `${grid.join("")}${ticks.join("")}${drawn.join("")}</svg><p class="legend">${legend.join(" ")}</p></figure>`
  );
}

function niceAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 4, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}

function short(value: number): string {
  return value >= 1_000 ? value.toLocaleString("en") : String(Number(value.toPrecision(3)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
