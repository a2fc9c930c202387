import { applyPatch, type Operation } from "rfc6902";
import { ApiError, badRequest } from "./api-error.ts";
import { isJsonObject } from "./kubernetes-object.ts";
import { applyMergePatch } from "./merge-patch.ts";
import type { ResourceDefinition } from "./resource-definition.ts";
import { applyStrategicMergePatch } from "./strategic-merge-patch.ts";

/**
 * Applies a patch of any of the forms that the API takes; `contentType` says which one.
 *
 * @throws {ApiError} 400 if the patch is malformed, 415 if its form is not taken for the resource, 422 if an operation
 *   of a JSON patch fails
 */
export function patchObject(
  resource: ResourceDefinition,
  contentType: string,
  current: unknown,
  patch: unknown,
): unknown {
  switch (contentType) {
    case "application/json-patch+json":
      return applyJsonPatch(current, patch);
    case "application/merge-patch+json":
      return applyMergePatch(current, requireObject(patch));
    case "application/strategic-merge-patch+json":
      if (resource.strategicMergePatch) return applyStrategicMergePatch(current, requireObject(patch));
  }
  throw unsupportedPatch(resource);
}

function applyJsonPatch(current: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest("error decoding patch: a JSON patch is a list of operations");
  const patched = structuredClone(current);
  const errors = applyPatch(patched, patch as Operation[]);
  if (errors.some((error) => error !== null)) {
    const message = "the server rejected our request due to an error in our request";
    throw new ApiError(422, "Invalid", message, { details: {} });
  }
  return patched;
}

function requireObject(patch: unknown): unknown {
  if (!isJsonObject(patch)) throw badRequest("error decoding patch: a merge patch is a JSON object");
  return patch;
}

function unsupportedPatch(resource: ResourceDefinition): ApiError {
  const types = ["application/json-patch+json", "application/merge-patch+json"];
  if (resource.strategicMergePatch) types.push("application/strategic-merge-patch+json");
  const message = `the body of the request was in an unknown format - accepted media types include: ${types.join(", ")}`;
  return new ApiError(415, "UnsupportedMediaType", message);
}
