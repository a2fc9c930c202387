import type { Protection } from "../api/index.ts";
import { svgElement } from "./element.ts";

const circle = "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z";

/** Each has a shape of its own: a tick, a clock, a warning sign, a dash. */
const icons: Readonly<Record<Protection, { readonly path: string; readonly color: string }>> = {
  protected: { path: `${circle}M5 8.2l2.1 2.1L11 6`, color: "--edge" },
  late: { path: `${circle}M8 4.6V8l2.4 1.6`, color: "--late" },
  unprotected: { path: "M8 1.6l6.6 12H1.4zM8 6v3.6M8 11v1.2", color: "--bad" },
  excluded: { path: `${circle}M5 8h6`, color: "--edge" },
};

export function stateIcon(protection: Protection): SVGElement {
  const { path, color } = icons[protection];
  const drawn = svgElement("path", { d: path });
  Object.assign(drawn.style, {
    fill: "none",
    stroke: `var(${color})`,
    strokeWidth: "1.6",
    strokeLinecap: "round",
    strokeLinejoin: "round",
  });
  return svgElement("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, drawn);
}
