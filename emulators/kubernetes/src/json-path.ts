import { isJsonObject } from "./kubernetes-object.ts";

/** What a JSON path selects in an object, in order. */
export type JsonPath = (object: unknown) => readonly unknown[];

type Step = (value: unknown) => readonly unknown[];

const token =
  /\.?\[\?\(\s*@\.([\w.-]+)\s*==\s*(?:"([^"]*)"|'([^']*)'|([\w.-]+))\s*\)\]|\.?\[(\*|-?\d+)\]|\.?\['((?:[^'\\]|\\.)*)'\]|\.((?:[^.[\\]|\\.)+)/y;

/**
 * Reads the part of kubectl's JSON path that printer columns use: `.spec.a`, `.metadata.annotations.a\.b`, `['a.b']`,
 * `[0]`, `[*]`, `.status.conditions[?(@.type=="Ready")].status`.
 *
 * @returns `undefined` if the text is none
 * @see {@link https://kubernetes.io/docs/reference/kubectl/jsonpath/}
 */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: Step[] = [];
  let position = 0;
  while (position < text.length) {
    token.lastIndex = position;
    const match = token.exec(text);
    if (match === null) return undefined;
    steps.push(stepOf(match));
    position = token.lastIndex;
  }
  return (object) => steps.reduce<readonly unknown[]>((values, step) => values.flatMap(step), [object]);
}

function stepOf(match: RegExpExecArray): Step {
  const [, filterField, doubleQuoted, singleQuoted, bare, index, quotedField, field] = match;
  if (filterField !== undefined) {
    const wanted = doubleQuoted ?? singleQuoted ?? bare;
    return (value) => asList(value).filter((entry) => isJsonObject(entry) && String(entry[filterField]) === wanted);
  }
  if (index === "*") return asList;
  if (index !== undefined) return (value) => asList(value).slice(Number(index)).slice(0, 1);
  const name = (quotedField ?? field ?? "").replaceAll(/\\(.)/g, "$1");
  return (value) => (isJsonObject(value) && name in value ? [value[name]] : []);
}

function asList(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}
