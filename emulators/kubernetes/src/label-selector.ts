import { badRequest } from "./api-error.ts";

/** Whether an object with these labels is selected. */
export type LabelSelector = (labels: Readonly<Record<string, string>>) => boolean;

type Labels = Readonly<Record<string, string>>;

const key = "[A-Za-z0-9](?:[-A-Za-z0-9_./]*[A-Za-z0-9])?";
const exists = new RegExp(`^(!?)\\s*(${key})$`);
const equality = new RegExp(`^(${key})\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
const membership = new RegExp(`^(${key})\\s+(in|notin)\\s*\\(([-A-Za-z0-9_.,\\s]*)\\)$`);

/**
 * Reads `labelSelector`: `a=b,c!=d,e,!f,g in (h,i),j notin (k)`.
 *
 * @throws {ApiError} 400 if it cannot be read
 * @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api}
 */
export function parseLabelSelector(text: string): LabelSelector {
  if (text.trim() === "") return () => true;
  const requirements = text.split(/,(?![^(]*\))/).map((part) => parseRequirement(part.trim()));
  return (labels) => requirements.every((holds) => holds(labels));
}

function parseRequirement(text: string): LabelSelector {
  const member = membership.exec(text);
  if (member !== null) {
    const values = new Set((member[3] ?? "").split(",").map((value) => value.trim()));
    return select(member[1], (value) => (member[2] === "in") === (value !== undefined && values.has(value)));
  }
  const equal = equality.exec(text);
  if (equal !== null) return select(equal[1], (value) => (equal[2] !== "!=") === (value === equal[3]));
  const present = exists.exec(text);
  if (present !== null) return select(present[2], (value) => (present[1] === "") === (value !== undefined));
  throw badRequest(`unable to parse requirement: ${JSON.stringify(text)} is not a label selector`);
}

function select(label: string | undefined, matches: (value: string | undefined) => boolean): LabelSelector {
  return (labels: Labels) => matches(Object.hasOwn(labels, label ?? "") ? labels[label ?? ""] : undefined);
}
