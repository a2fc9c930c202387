import type { KubernetesObject } from "./kubernetes-object.ts";

/** A column of `kubectl get`. */
export interface TableColumn {
  readonly name: string;
  readonly type: "string" | "integer" | "number" | "boolean" | "date";
  /** `name` marks the column that names the object. */
  readonly format?: string;
  readonly description?: string;
  /** 0 shows always, more than 0 with `-o wide`. Default: 0. */
  readonly priority?: number;

  /** @param now - epoch milliseconds, for ages */
  readonly cell: (object: KubernetesObject, now: number) => string | number | boolean | null;
}
