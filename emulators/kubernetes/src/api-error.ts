import type { FieldFault } from "./field-fault.ts";
import type { JsonObject } from "./kubernetes-object.ts";
import { type ResourceDefinition, resourceName } from "./resource-definition.ts";

/**
 * The body of a refusal.
 *
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/}
 */
export interface Status {
  kind: "Status";
  apiVersion: "v1";
  metadata: JsonObject;
  status: "Success" | "Failure";
  message?: string;
  reason?: string;
  details?: JsonObject;
  code?: number;
}

/** A refusal, as the API server words it. `code` is the HTTP status. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  readonly status: Status;

  constructor(code: number, reason: string | undefined, message: string, extras: Partial<Status> = {}) {
    super(message);
    this.code = code;
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata: extras.metadata ?? {},
      status: "Failure",
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(extras.details === undefined ? {} : { details: extras.details }),
      code,
    };
  }

  /** Seconds that the client is asked to wait: the `Retry-After` header. */
  get retryAfterSeconds(): number | undefined {
    const seconds = this.status.details?.["retryAfterSeconds"];
    return typeof seconds === "number" ? seconds : undefined;
  }
}

export function notFound(resource: ResourceDefinition, name: string): ApiError {
  return new ApiError(404, "NotFound", `${resourceName(resource)} "${name}" not found`, about(resource, name));
}

export function alreadyExists(resource: ResourceDefinition, name: string): ApiError {
  const message = `${resourceName(resource)} "${name}" already exists`;
  return new ApiError(409, "AlreadyExists", message, about(resource, name));
}

export function conflict(resource: ResourceDefinition, name: string, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": ${why}`;
  return new ApiError(409, "Conflict", message, about(resource, name));
}

export function staleResourceVersion(resource: ResourceDefinition, name: string): ApiError {
  const advice = "please apply your changes to the latest version and try again";
  return conflict(resource, name, `the object has been modified; ${advice}`);
}

/** `target` is the kind (what validation names) or the plural (what the storage layer names). */
export function invalid(group: string, target: string, name: string, faults: readonly FieldFault[]): ApiError {
  const texts = faults.map(({ field, message }) => `${field}: ${message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const qualified = group === "" ? target : `${target}.${group}`;
  const causes = faults.map(({ reason, message, field }) => ({ reason, message, field }));
  return new ApiError(422, "Invalid", `${qualified} "${name}" is invalid: ${list}`, {
    details: { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind: target, causes },
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

export function methodNotAllowed(): ApiError {
  const message = "the server does not allow this method on the requested resource";
  return new ApiError(405, "MethodNotAllowed", message, { details: {} });
}

export function noSuchResource(): ApiError {
  return new ApiError(404, "NotFound", "the server could not find the requested resource", { details: {} });
}

/** A watch from a resourceVersion that the server remembers no more. Watches get it inside the stream. */
export function tooOldToWatch(asked: number, oldest: number): ApiError {
  return new ApiError(410, "Expired", `too old resource version: ${asked} (${oldest})`);
}

/** A list at an exact resourceVersion that the server remembers no more. */
export function tooOldToList(): ApiError {
  return new ApiError(410, "Expired", "The resourceVersion for the provided list is too old.");
}

/** @param freshToken - leads on from the same place, in today's state: the list then is of two moments */
export function tooOldToContinue(freshToken: string): ApiError {
  const message =
    "The provided continue parameter is too old to display a consistent list result. You can start a new list " +
    "without the continue parameter, or use the continue token in this response to retrieve the remainder of the " +
    "results. Continuing with the provided token results in an inconsistent list - objects that were created, " +
    "modified, or deleted between the time the first chunk was returned and now may show up in the list.";
  return new ApiError(410, "Expired", message, { metadata: { continue: freshToken } });
}

export function resourceVersionTooLarge(asked: number, current: number): ApiError {
  return new ApiError(504, "Timeout", `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    details: {
      causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
      retryAfterSeconds: 1,
    },
  });
}

function about(resource: ResourceDefinition, name: string): { details: JsonObject } {
  return {
    details: { name, ...(resource.group === "" ? {} : { group: resource.group }), kind: resource.plural },
  };
}
