import type { Fields } from "./manifest-fields.ts";

/** Values of the Helm chart, put together one by one. */
export class ValuesBuilder {
  readonly #values: Record<string, unknown> = {};

  get values(): Fields {
    return this.#values;
  }

  /** @param path - `cloud.aws.region` */
  set(path: string, value: unknown): void {
    const names = path.split(".");
    const last = names.pop() as string;
    let at = this.#values;
    for (const name of names) {
      at[name] ??= {};
      at = at[name] as Record<string, unknown>;
    }
    at[last] = value;
  }

  /** @param name - of a list */
  add(name: string, entry: object): void {
    const list = (this.#values[name] ?? []) as object[];
    if (!list.some((one) => JSON.stringify(one) === JSON.stringify(entry))) this.#values[name] = [...list, entry];
  }
}
