import type { CallOptions } from "@k8s-snapshots/backend-api";

/** The kinds of calls that clouds count apart. */
export type CallKind = "create" | "delete" | "list" | "read";

/** Whose turn a call takes (rule 14). */
export interface Turn {
  /** A namespace; a disk without one is one by itself. */
  readonly namespace: string;
  readonly disk: string;
}

/** What the decorators pass to each other, beside the contract's options. */
export interface GuardedOptions extends CallOptions {
  readonly turn?: Turn;
}

/** The turn of a call; calls without one share a turn. */
export function turnOf(options: CallOptions | undefined): Turn {
  return (options as GuardedOptions | undefined)?.turn ?? { namespace: "", disk: "" };
}
