import type { MetricDescription } from "./metric-description.ts";

/** A metric with one series a rule: there may be ten thousand, so nothing is held of each but its value. */
export class RuleSeries {
  readonly description: MetricDescription;
  readonly #head: string;
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string) {
    this.description = { name, type: "gauge", labels: ["rule"], help };
    this.#head = `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`;
  }

  /** @param value - `undefined`: the rule has none */
  set(rule: string, value: number | undefined): void {
    if (value === undefined) this.#values.delete(rule);
    else this.#values.set(rule, value);
  }

  /**
   * @param isShown - of which rules. Default: of all
   * @see {@link https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format}
   */
  text(isShown: (rule: string) => boolean = () => true): string {
    const { name } = this.description;
    let text = this.#head;
    for (const [rule, value] of this.#values) {
      if (isShown(rule)) text += `${name}{rule="${escaped(rule)}"} ${value}\n`;
    }
    return text;
  }
}

function escaped(value: string): string {
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
