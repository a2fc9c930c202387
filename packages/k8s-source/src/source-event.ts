/** What a source does and what happens to it, for logs and metrics. Nothing else is logged in here. */
export type SourceEvent =
  | {
      /** The whole resource was read: at the start, and after its changes were lost. */
      readonly type: "resource-listed";
      readonly resource: string;
      readonly objects: number;
      readonly pages: number;
    }
  | {
      /** The API server knows no such resource: SnapshotRules' definition is not installed. */
      readonly type: "resource-absent";
      readonly resource: string;
      readonly retryInMs: number;
    }
  | {
      /** The API server closed the watch, as it does every few minutes. It is opened again where it ended. */
      readonly type: "watch-closed";
      readonly resource: string;
    }
  | {
      /** Nothing was heard for too long. The watch is given up, and opened again where it ended. */
      readonly type: "watch-stale";
      readonly resource: string;
      readonly silentMs: number;
    }
  | {
      /** A list or watch failed. It is tried again for ever; what is known stays. */
      readonly type: "request-failed";
      readonly resource: string;
      readonly operation: "list" | "watch";
      readonly error: unknown;
      readonly retryInMs: number;
    }
  | {
      /** An object without a name or the like. It is left out; the others go on. */
      readonly type: "object-malformed";
      readonly resource: string;
      readonly error: unknown;
    }
  | {
      /** A listener threw. The source goes on. */
      readonly type: "listener-failed";
      readonly error: unknown;
    };

/** `listener`, whose own errors nobody hears of. */
export function safely(listener: (event: SourceEvent) => void): (event: SourceEvent) => void {
  return (event) => {
    try {
      listener(event);
    } catch {
      // It is the listener that would be called.
    }
  };
}
