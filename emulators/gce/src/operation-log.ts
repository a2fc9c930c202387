import { notFound } from "./api-error.ts";
import type { ComputeStore } from "./compute-store.ts";
import type { OperationRecord, Scope } from "./records.ts";
import { scopePath } from "./records.ts";

/** What an operation is about. */
export interface OperationDraft extends Pick<OperationRecord, "project" | "scope" | "type" | "target" | "targetId"> {
  readonly requestId: string | undefined;
  readonly endsAt?: () => number;
  readonly error?: OperationRecord["error"] | undefined;
}

/** Begins an operation. */
export function beginOperation(
  store: ComputeStore,
  { requestId, endsAt, error, ...draft }: OperationDraft,
): OperationRecord {
  const now = store.now();
  const id = store.newId();
  const { pending, operation } = store.durations;
  const record: OperationRecord = {
    ...draft,
    id,
    name: `operation-${now}-${id.slice(-12)}`,
    insertedAt: now,
    startsAt: now + pending,
    endsAt: (error ? undefined : endsAt) ?? (() => now + operation),
    ...(requestId === undefined ? {} : { requestId }),
    ...(error ? { error } : {}),
  };
  store.operations.push(record);
  return record;
}

/** The operation that a request with this id began: a repeated request begins no other. */
export function operationOfRequest(
  store: ComputeStore,
  project: string,
  requestId: string | undefined,
): OperationRecord | undefined {
  if (requestId === undefined) return undefined;
  return store.operations.find((operation) => operation.project === project && operation.requestId === requestId);
}

export function operationsOf(store: ComputeStore, project: string, scope: Scope): OperationRecord[] {
  return store.operations.filter(
    (operation) =>
      operation.project === project && operation.scope.kind === scope.kind && operation.scope.name === scope.name,
  );
}

/**
 * @param name - or the id
 * @throws {ApiError} 404
 */
export function requireOperation(store: ComputeStore, project: string, scope: Scope, name: string): OperationRecord {
  const found = operationsOf(store, project, scope).find(
    (operation) => operation.name === name || operation.id === name,
  );
  if (!found) throw notFound(`${scopePath(project, scope)}/operations/${name}`);
  return found;
}
