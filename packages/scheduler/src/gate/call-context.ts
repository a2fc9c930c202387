import type { CallOptions } from "@k8s-snapshots/backend-api";
import type { Milliseconds, Monotonic } from "../state/time.ts";

/** The kinds of calls that clouds count apart. */
export type CallKind = "create" | "delete" | "list" | "read";

/** The kinds of calls that have budgets of their own: reads share that of lists. */
export type BudgetKind = Exclude<CallKind, "read">;

/** Whose turn a call takes (rule 14). */
export interface Turn {
  /** A namespace; a disk without one is one by itself. */
  readonly namespace: string;
  readonly disk: string;

  /** Of a snapshot to be taken: when it was due, and how often one is. Default: it is in no hurry. */
  readonly due?: { readonly at: Monotonic; readonly interval: Milliseconds };
}

/** What the decorators pass to each other, beside the contract's options. */
export interface GuardedOptions extends CallOptions {
  readonly turn?: Turn;
}

/** The turn of a call; calls without one share a turn. */
export function turnOf(options: CallOptions | undefined): Turn {
  return (options as GuardedOptions | undefined)?.turn ?? { namespace: "", disk: "" };
}
