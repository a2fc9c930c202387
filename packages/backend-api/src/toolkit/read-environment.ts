type Environment = Readonly<Record<string, string>>;

/**
 * The text of a variable without blanks and line feeds around it, as mounted secrets have them; `undefined` if it is not set
 * or empty.
 */
export function readText(environment: Environment, variable: string): string | undefined {
  const text = environment[variable]?.trim();
  return text === "" ? undefined : text;
}

/** @throws {Error} if the variable is not set: one line that names it, and says what it is for */
export function requireText(environment: Environment, variable: string, purpose: string): string {
  const text = readText(environment, variable);
  if (text === undefined) throw new Error(`${variable} is missing: set it to ${purpose}`);
  return text;
}

/** The parts of a list that is separated by commas; none if the variable is not set. */
export function readList(environment: Environment, variable: string): readonly string[] {
  const parts = (readText(environment, variable) ?? "").split(",").map((part) => part.trim());
  return parts.filter((part) => part !== "");
}

/** @throws {Error} if the variable is neither `true` nor `false`, in any spelling: one line that names it */
export function readFlag(environment: Environment, variable: string): boolean | undefined {
  const text = readText(environment, variable)?.toLowerCase();
  if (text === undefined || text === "true" || text === "false")
    return text === undefined ? undefined : text === "true";
  throw new Error(`${variable} must be true or false`);
}

/**
 * A URL without a slash at its end.
 *
 * @throws {Error} if it is none, is not of HTTP, or holds a user name, a password, a query or a fragment: one line that names
 *   the variable and does not repeat the value, which may hold a password
 */
export function readUrl(environment: Environment, variable: string): string | undefined {
  const text = readText(environment, variable);
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol)) {
    throw new Error(`${variable} must be a URL that begins with http:// or https://`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new Error(`${variable} must not hold a user name or password`);
  }
  if (url.search !== "" || url.hash !== "") throw new Error(`${variable} must not hold a query or a fragment`);
  return text.replace(/\/+$/, "");
}
