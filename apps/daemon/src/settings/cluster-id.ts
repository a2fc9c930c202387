import { list, type Setting, text } from "./setting.ts";

/** What every storage system here can keep in a label. */
const pattern = /^[A-Za-z0-9._-]{1,63}$/;

/** What this cluster is called on its snapshots. */
export function clusterId(variable: string, description: string, fallback: string): Setting<string> {
  return { ...text(variable, description, fallback), parse: checked };
}

/** What clusters that are gone were called. */
export function clusterIds(variable: string, description: string): Setting<readonly string[]> {
  const words = list(variable, description);
  return { ...words, parse: (written) => words.parse(written).map(checked) };
}

function checked(id: string): string {
  if (pattern.test(id)) return id;
  throw new Error(`has ${JSON.stringify(id)}: an id is 1 to 63 letters, digits, dots, dashes and underscores`);
}
