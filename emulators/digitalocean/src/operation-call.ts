import type { BlockStorage } from "./block-storage.ts";

/** A request that is being carried out. */
export interface OperationCall {
  readonly storage: BlockStorage;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** The most that a page holds. */
  readonly pageSize: number;
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly path: string;
  readonly mayRead: (scope: string) => boolean;
  /** @throws {ApiError} 403 */
  readonly assertScope: (scope: string) => void;
}

/** What an operation answers with. */
export interface OperationAnswer {
  readonly status: number;
  readonly body?: object;
}
