import { readColors } from "./colors.ts";
import { byId } from "./element.ts";

const themes = ["as the system", "light", "dark"] as const;
const symbols = ["◐", "○", "●"] as const;
const KEY = "k8s-snapshots-theme";

/** Dark or light: as the system, unless somebody chose. @param onChange - the colours are others */
export function startTheme(onChange: () => void): void {
  const button = byId<HTMLButtonElement>("theme");
  const isDark = matchMedia("(prefers-color-scheme: dark)");
  let chosen = Math.max(0, themes.indexOf(remembered() as (typeof themes)[number]));
  const paint = (): void => {
    const dark = themes[chosen] === "dark" || (chosen === 0 && isDark.matches);
    document.documentElement.dataset["theme"] = dark ? "dark" : "light";
    button.textContent = symbols[chosen] ?? "";
    button.title = `Theme: ${themes[chosen]} (t)`;
    button.setAttribute("aria-label", `Colour theme: ${themes[chosen]}`);
    readColors();
    onChange();
  };
  button.addEventListener("click", () => {
    chosen = (chosen + 1) % themes.length;
    remember(themes[chosen] ?? "");
    paint();
  });
  isDark.addEventListener("change", paint);
  paint();
}

/** A browser may refuse to remember. */
function remembered(): string | undefined {
  try {
    return localStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Then it holds for this page alone.
  }
}
