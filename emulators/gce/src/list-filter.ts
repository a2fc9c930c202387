import { invalid } from "./api-error.ts";

type Test = (item: object) => boolean;

/**
 * What a list's `filter` lets through. Both of Google's grammars, which one filter must not mix: `FIELD eq PATTERN`
 * and `ne`, whose RE2 pattern must match the whole field; and AIP-160 with `=`, `!=`, `<`, `<=`, `>`, `>=`, `:`, with
 * `AND`, `OR` and parentheses. Functions and `NOT` are not served.
 *
 * @throws {ApiError} 400 if it is in no such grammar
 * @see {@link https://google.aip.dev/160}
 */
export function parseFilter(filter: string | undefined): Test {
  if (filter === undefined || filter.trim() === "") return () => true;
  const tokens = tokenize(filter);
  let position = 0;

  const test = parseAll();
  if (position < tokens.length) throw malformed(filter);
  return test;

  function parseAll(): Test {
    let all = parseAny();
    while (position < tokens.length && tokens[position] !== ")") {
      if (tokens[position] === "AND") position += 1;
      const [left, right] = [all, parseAny()];
      all = (item) => left(item) && right(item);
    }
    return all;
  }

  function parseAny(): Test {
    let any = parseTerm();
    while (tokens[position] === "OR") {
      position += 1;
      const [left, right] = [any, parseTerm()];
      any = (item) => left(item) || right(item);
    }
    return any;
  }

  function parseTerm(): Test {
    if (tokens[position] === "(") {
      position += 1;
      const inner = parseAll();
      if (tokens[position] !== ")") throw malformed(filter as string);
      position += 1;
      return inner;
    }
    const [field, operator, value] = tokens.slice(position, position + 3);
    const compare = operators[operator ?? ""];
    if (field === undefined || compare === undefined || value === undefined || /^[()]$/.test(value)) {
      throw malformed(filter as string);
    }
    position += 3;
    const wanted = unquote(value);
    return (item) => compare(readField(item, field), wanted);
  }
}

const operators: Readonly<Record<string, (actual: string | undefined, wanted: string) => boolean>> = {
  eq: (actual, wanted) => matchesWhole(actual, wanted),
  ne: (actual, wanted) => !matchesWhole(actual, wanted),
  "=": (actual, wanted) => actual === wanted,
  "!=": (actual, wanted) => actual !== wanted,
  "<": (actual, wanted) => actual !== undefined && compare(actual, wanted) < 0,
  "<=": (actual, wanted) => actual !== undefined && compare(actual, wanted) <= 0,
  ">": (actual, wanted) => actual !== undefined && compare(actual, wanted) > 0,
  ">=": (actual, wanted) => actual !== undefined && compare(actual, wanted) >= 0,
  ":": (actual, wanted) => actual !== undefined && (wanted === "*" || actual.includes(wanted)),
};

/** gcloud writes terms without a space between: `(a eq x)(b eq y)`. */
function tokenize(filter: string): string[] {
  const token = /\s*(\(|\)|"(?:[^"\\]|\\.)*"|'[^']*'|<=|>=|!=|[=<>:]|[^\s()=<>:!"']+)/y;
  const tokens: string[] = [];
  while (token.lastIndex < filter.trimEnd().length) {
    const match = token.exec(filter);
    if (!match) throw malformed(filter);
    tokens.push(match[1] as string);
  }
  const isOld = tokens.some((each) => each === "eq" || each === "ne");
  if (isOld && tokens.some((each) => each !== "eq" && each !== "ne" && each in operators)) throw malformed(filter);
  return tokens;
}

/** In the older grammar a backslash belongs to the pattern; before a quote it does in neither. */
function unquote(value: string): string {
  return /^["']/.test(value) ? value.slice(1, -1).replaceAll('\\"', '"') : value;
}

function matchesWhole(actual: string | undefined, pattern: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(actual ?? "");
}

function compare(actual: string, wanted: string): number {
  const [left, right] = [Date.parse(actual), Date.parse(wanted)];
  if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  return actual < wanted ? -1 : Number(actual > wanted);
}

function readField(item: object, field: string): string | undefined {
  const [first = "", ...rest] = field.split(".");
  const value = (item as Record<string, unknown>)[first];
  if (rest.length > 0) {
    return typeof value === "object" && value !== null ? readField(value, rest.join(".")) : undefined;
  }
  return value === undefined ? undefined : String(value);
}

function malformed(filter: string): Error {
  return invalid(`Invalid value for field 'filter': '${filter}'. Invalid list filter expression.`);
}
