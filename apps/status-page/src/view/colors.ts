const names = [
  ...["--m", "--h", "--d", "--w", "--mo", "--ghost", "--gap", "--grid", "--edge"],
  ...["--card", "--ink", "--soft", "--line", "--late", "--bad"],
] as const;

let colors: Readonly<Record<string, string>> = {};

/** Takes over the colours of the style sheet: a canvas has no variables. */
export function readColors(): void {
  const style = getComputedStyle(document.documentElement);
  colors = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name).trim()]));
}

/** By the name of the variable. */
export function color(name: string): string {
  return colors[name] ?? "";
}
