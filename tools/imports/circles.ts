import type { Imports } from "./read-imports.ts";

/** The files that import each other in a circle: each circle's files in the order of their names. */
export function circles(imports: Imports): readonly (readonly string[])[] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return found.map((circle) => circle.toSorted());

  /** Tarjan's strongly connected components: https://doi.org/10.1137/0201010 */
  function visit(file: string): void {
    order.set(file, order.size);
    lowest.set(file, order.get(file) as number);
    open.push(file);
    for (const target of imports.get(file) ?? []) {
      if (!imports.has(target)) continue;
      if (!order.has(target)) visit(target);
      if (open.includes(target)) lowest.set(file, Math.min(lowest.get(file) as number, lowest.get(target) as number));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1 || imports.get(file)?.includes(file)) found.push(circle);
  }
}
