/** The kinds of values that settings have: for `--help`, the reference and schemas. */
export type SettingKind =
  | "address"
  | "duration"
  | "flag"
  | "list"
  | "number"
  | "path"
  | "paths"
  | "percentage"
  | "strftime"
  | "text"
  | "url"
  | "word";

/** One setting: an environment variable and a flag. */
export interface Setting<T, Default extends string | undefined = string | undefined> {
  /** The environment variable. */
  readonly variable: string;

  /** `--context`. Default: the variable in lower case, with dashes. */
  readonly flag?: string;
  readonly kind: SettingKind;

  /** One line for `--help`. */
  readonly description: string;

  /** What holds where nothing is set, as a person would write it; `undefined`: the setting then has no value. */
  readonly default: Default;

  /** What holds where nothing is set and there is no {@link default}, in words. */
  readonly otherwise?: string;

  /** Of a `word`: those that it may be. */
  readonly words?: readonly string[];

  /** Of a `number`: the smallest and the largest. */
  readonly range?: { readonly least: number; readonly most: number };

  /** An empty text is a value of it too. Default: it counts as not set. */
  readonly takesEmpty?: true;

  /** @throws {Error} if the text is not such a value: what is expected, without the variable's name. */
  parse(text: string): T;
}

/** The flag of a setting: `--http-listen` for `HTTP_LISTEN`, if it names none. */
export function flagOf({ variable, flag }: Pick<Setting<unknown>, "variable" | "flag">): string {
  return flag ?? `--${variable.toLowerCase().replaceAll("_", "-")}`;
}

/** `minInterval` for `MIN_INTERVAL`. What the Helm chart calls it, and makes the variable of again. */
export function valueName({ variable }: Pick<Setting<unknown>, "variable">): string {
  return variable.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Any text. */
export function text<D extends string | undefined>(
  variable: string,
  description: string,
  fallback: D,
): Setting<string, D> {
  return { variable, kind: "text", description, default: fallback, parse: (written) => written };
}

/** One of several words, in any case. */
export function oneOf<T extends string, D extends T>(
  variable: string,
  description: string,
  words: readonly T[],
  fallback: D,
): Setting<T, D> {
  return {
    variable,
    kind: "word",
    description,
    default: fallback,
    words,
    parse(written) {
      const word = words.find((word) => word.toLowerCase() === written.toLowerCase());
      if (word === undefined) throw new Error(`must be one of ${words.join(", ")}`);
      return word;
    },
  };
}

const truths = new Map([
  ...["true", "1", "yes", "on"].map((word) => [word, true] as const),
  ...["false", "0", "no", "off"].map((word) => [word, false] as const),
]);

/** Yes or no, in the words that the Python daemon understood too. Off by default. The flag alone means yes. */
export function flag(variable: string, description: string): Setting<boolean, "false">;
export function flag<D extends "true" | "false">(
  variable: string,
  description: string,
  fallback: D,
): Setting<boolean, D>;
export function flag(variable: string, description: string, fallback = "false"): Setting<boolean, string> {
  return {
    variable,
    kind: "flag",
    description,
    default: fallback,
    parse(written) {
      const truth = truths.get(written.toLowerCase());
      if (truth === undefined) throw new Error("must be true or false");
      return truth;
    },
  };
}

/** A whole number. */
export function integer<D extends string>(
  variable: string,
  description: string,
  { least, most, fallback }: { readonly least: number; readonly most: number; readonly fallback: D },
): Setting<number, D> {
  return {
    variable,
    kind: "number",
    description,
    default: fallback,
    range: { least, most },
    parse(written) {
      const number = Number(written);
      if (!/^\d+$/.test(written) || number < least || number > most) {
        throw new Error(`must be a whole number from ${least} to ${most}`);
      }
      return number;
    },
  };
}

/** A share from 0 to 1, written in percent: `10`, `10%`, `10 %`. */
export function percent<D extends string>(variable: string, description: string, fallback: D): Setting<number, D> {
  return {
    variable,
    kind: "percentage",
    description,
    default: fallback,
    parse(written) {
      const [, number] = /^(\d+(?:\.\d+)?) ?%?$/.exec(written) ?? [];
      if (number === undefined || Number(number) > 100)
        throw new Error("must be a percentage such as 10 %, at most 100");
      return Number(number) / 100;
    },
  };
}

/**
 * Words with commas between.
 *
 * @param check - says what is wrong with a word; `undefined`: nothing. Default: nothing ever is
 */
export function list<D extends string | undefined>(
  variable: string,
  description: string,
  fallback: D,
  check: (word: string) => string | undefined = () => undefined,
): Setting<readonly string[], D> {
  return {
    variable,
    kind: "list",
    description,
    default: fallback,
    parse(written) {
      const words = written.split(",").map((word) => word.trim());
      for (const [index, word] of words.entries()) {
        if (word === "") throw new Error(`has no name at place ${index + 1}: write names with one comma between them`);
        const fault = check(word);
        if (fault !== undefined) throw new Error(`has ${JSON.stringify(word)}: ${fault}`);
        if (words.indexOf(word) < index) throw new Error(`has ${JSON.stringify(word)} twice`);
      }
      return words;
    },
  };
}

/** Says what holds where nothing is set and there is no default value. */
export function otherwise<T>(words: string, setting: Setting<T, undefined>): Setting<T, undefined> {
  return { ...setting, otherwise: words };
}

/** What holds where nothing is set, for people; `undefined`: nothing does. */
export function defaultInWords(setting: Setting<unknown>): string | undefined {
  return setting.default ?? setting.otherwise;
}
