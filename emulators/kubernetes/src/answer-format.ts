import { ApiError } from "./api-error.ts";

/** How objects are shown: as they are, or as a table for people. */
export type AnswerFormat = "object" | "table";

/**
 * The first form that the client accepts and that is spoken here.
 *
 * @throws {ApiError} 406 if there is none
 */
export function negotiateFormat(accept: string | undefined): AnswerFormat {
  if (accept === undefined) return "object";
  for (const alternative of accept.split(",")) {
    const [type = "", ...parameters] = alternative.split(";").map((part) => part.trim());
    if (isTable(type, parameters)) return "table";
    if (isJson(type) && !parameters.some((parameter) => parameter.startsWith("as="))) return "object";
  }
  throw new ApiError(406, "NotAcceptable", "406: Not Acceptable\n\nAvailable representations: application/json", {
    details: {},
  });
}

/** Whether the client would rather have discovery in one document. */
export function acceptsAggregatedDiscovery(accept: string | undefined): boolean {
  const [first = ""] = (accept ?? "").split(",");
  const parameters = first.split(";").map((part) => part.trim());
  return parameters.includes("g=apidiscovery.k8s.io") && parameters.includes("v=v2");
}

function isTable(type: string, parameters: readonly string[]): boolean {
  return (
    type === "application/json" &&
    ["as=Table", "v=v1", "g=meta.k8s.io"].every((parameter) => parameters.includes(parameter))
  );
}

function isJson(type: string): boolean {
  return type === "application/json" || type === "application/*" || type === "*/*";
}
