import type { MetricDescription } from "./metric-description.ts";

/** A metric with one series a rule, as text: there may be ten thousand, and a scrape must not build them all anew. */
export class RuleSeries {
  readonly description: MetricDescription;
  readonly #head: string;
  readonly #lines = new Map<string, string>();

  constructor(name: string, help: string) {
    this.description = { name, type: "gauge", labels: ["rule"], help };
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`;
  }

  /** @param value - `undefined`: the rule has none */
  set(rule: string, value: number | undefined): void {
    if (value === undefined) this.#lines.delete(rule);
    else this.#lines.set(rule, `${this.description.name}{rule="${escaped(rule)}"} ${value}\n`);
  }

  /**
   * @param isShown - of which rules. Default: of all
   * @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format}
   */
  text(isShown: (rule: string) => boolean = () => true): string {
    let text = this.#head;
    for (const [rule, line] of this.#lines) if (isShown(rule)) text += line;
    return text;
  }
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
