/** Attributes; `true` is an empty one, `false` and `undefined` none. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
export type Child = Node | string | undefined;

/**
 * An element with classes, attributes and children: `element("p.badge.late", {title: "x"}, "text")`. Text is always text,
 * whatever it holds.
 */
export function element<Name extends keyof HTMLElementTagNameMap>(
  spec: Name | `${Name}.${string}`,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const [name, ...classes] = spec.split(".");
  const made = document.createElement(name as Name);
  if (classes.length > 0) made.className = classes.join(" ");
  setAttributes(made, attributes);
  append(made, children);
  return made;
}

/** The same in SVG. */
export function svgElement(name: "svg" | "path", attributes: Attributes, ...children: readonly Child[]): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  setAttributes(made, attributes);
  append(made, children);
  return made;
}

/** An element of the page that is there from the start. @throws {Error} if it is not */
export function byId<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element ${id}`);
  return found as Kind;
}

/** Changes a text only where it differs: a change costs a layout. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

function setAttributes(made: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
}

function append(made: Element, children: readonly Child[]): void {
  made.append(...children.filter((child): child is Node | string => child !== undefined && child !== ""));
}
