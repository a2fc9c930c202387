import { invalid, invalidField } from "./api-error.ts";

export type Labels = Readonly<Record<string, string>>;

const namePattern = /^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const labelKeyPattern = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const labelValuePattern = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const mostLabels = 64;

/** @throws {ApiError} 400 if it is no name that a resource may have */
export function requireName(name: unknown): string {
  if (typeof name === "string" && namePattern.test(name)) return name;
  throw invalidField("resource.name", name, `Must be a match of regex '${namePattern.source.slice(1, -1)}'`);
}

/**
 * @throws {ApiError} 400 if there are too many, or characters that a label must not have
 * @see {@link https://cloud.google.com/compute/docs/labeling-resources#requirements}
 */
export function requireLabels(labels: Labels = {}): Labels {
  if (Object.keys(labels).length > mostLabels) {
    throw invalidField("resource.labels", "", `There can be at most ${mostLabels} labels.`);
  }
  const allowed =
    "can only contain lowercase letters, numeric characters, underscores and dashes, and be at most 63 characters long.";
  for (const [key, value] of Object.entries(labels)) {
    if (!labelKeyPattern.test(key)) {
      throw invalidField("resource.labels", "", `Label key '${key}' violates format constraints. The key ${allowed}`);
    }
    if (!labelValuePattern.test(value)) {
      throw invalidField(
        "resource.labels",
        "",
        `Label value '${value}' violates format constraints. The value ${allowed}`,
      );
    }
  }
  return labels;
}

/**
 * The part from `projects/` on of a link, which may be a whole URL, with any host, or that part alone.
 *
 * @throws {ApiError} 400 if it is neither
 */
export function pathOfLink(link: unknown, field: string): string {
  const [, path] = (typeof link === "string" && /(?:^|\/)(projects\/.+)$/.exec(link)) || [];
  if (path === undefined) throw invalidField(field, link, "The URL is malformed.");
  return path;
}

/** @throws {ApiError} 400 if it is set and is no UUID but that of zeros */
export function requireRequestId(requestId: string | undefined): string | undefined {
  if (requestId === undefined) return undefined;
  const isUuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(requestId);
  if (!isUuid || /^[0-]*$/.test(requestId)) throw invalid(`Invalid value '${requestId}'. Values must be a UUID`);
  return requestId;
}
