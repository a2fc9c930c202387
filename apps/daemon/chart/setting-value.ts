import type { Setting, SettingKind } from "../src/settings/setting.ts";
import type { ChartValue, ValueSchema } from "./chart-value.ts";

/** A setting of the daemon as a value of the chart: nothing is set where nobody sets it. */
export function settingValue(setting: Setting<unknown>): ChartValue {
  const { variable, description, otherwise = "none" } = setting;
  return {
    kind: "value",
    // Here a list is a list.
    description: `${description.replace(", comma-separated", "")} (${variable})`,
    schema: orNull(schemas[setting.kind](setting)),
    default: exampleOf(setting),
    otherwise: setting.default === undefined ? otherwise : `\`${setting.default}\``,
  };
}

/** The daemon says what is wrong with a value in more words; this is for what YAML and a glance can tell. */
const schemas: Readonly<Record<SettingKind, (setting: Setting<unknown>) => ValueSchema>> = {
  address: ({ takesEmpty = false }) => ({ type: "string", pattern: `^(\\S*:[0-9]{1,5}${takesEmpty ? "|" : ""})$` }),
  duration: () => ({ type: "string", pattern: "^P[0-9T][0-9WDTHMS.]*$" }),
  flag: () => ({ type: "boolean" }),
  list: () => ({ type: "array", items: { type: "string", minLength: 1, pattern: "^[^,]*$" }, uniqueItems: true }),
  number: ({ range }) => ({ type: "integer", ...(range && { minimum: range.least, maximum: range.most }) }),
  path: () => ({ type: "string", pattern: "^/" }),
  paths: () => ({ type: "array", items: { type: "string", minLength: 1 } }),
  percentage: () => ({ type: ["string", "integer"], pattern: "^[0-9]+(\\.[0-9]+)? ?%?$" }),
  strftime: () => ({ type: "string", pattern: "%" }),
  text: () => ({ type: "string", minLength: 1 }),
  url: () => ({ type: "string", pattern: "^https?://" }),
  word: ({ words = [] }) => ({ type: "string", enum: words }),
};

/** `null` takes back what a file of values before has set. */
function orNull({ type = [], enum: choices, ...schema }: ValueSchema): ValueSchema {
  return { type: [...[type].flat(), "null"], ...(choices && { enum: [...choices, null] }), ...schema };
}

/** What stands in values.yaml as a comment: the default where there is one. */
function exampleOf({ kind, default: fallback }: Setting<unknown>): unknown {
  if (kind === "list" || kind === "paths") return fallback === undefined ? [] : fallback.split(",");
  if (fallback === undefined) return "";
  return kind === "flag" || kind === "number" ? JSON.parse(fallback) : fallback;
}
