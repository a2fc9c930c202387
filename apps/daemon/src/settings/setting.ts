/** One setting: an environment variable, and a flag of the same name. */
export interface Setting<T> {
  /** The environment variable. The flag is the same in lower case, with dashes. */
  readonly variable: string;

  /** One line for `--help`. */
  readonly description: string;

  /** What holds where nothing is set, as a person would write it; shown in `--help`. */
  readonly fallback: string | undefined;

  /** @throws {Error} if the text is not such a value: what is expected, without the variable's name. */
  parse(text: string): T;
}

/** The flag of a setting: `--http-listen` for `HTTP_LISTEN`. */
export function flagOf(variable: string): string {
  return `--${variable.toLowerCase().replaceAll("_", "-")}`;
}

/** Any text. */
export function text(variable: string, description: string, fallback?: string): Setting<string> {
  return { variable, description, fallback, parse: (written) => written };
}

/** One of several words, in any case. */
export function oneOf<T extends string>(
  variable: string,
  description: string,
  words: readonly T[],
  fallback: T,
): Setting<T> {
  return {
    variable,
    description,
    fallback,
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

/** Yes or no, in the words that the Python daemon understood too. */
export function flag(variable: string, description: string, fallback = "false"): Setting<boolean> {
  return {
    variable,
    description,
    fallback,
    parse(written) {
      const truth = truths.get(written.toLowerCase());
      if (truth === undefined) throw new Error("must be true or false");
      return truth;
    },
  };
}

/** A whole number. */
export function integer(
  variable: string,
  description: string,
  { least, most, fallback }: { least: number; most: number; fallback: string },
): Setting<number> {
  return {
    variable,
    description,
    fallback,
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
export function percent(variable: string, description: string, fallback: string): Setting<number> {
  return {
    variable,
    description,
    fallback,
    parse(written) {
      const [, number] = /^(\d+(?:\.\d+)?) ?%?$/.exec(written) ?? [];
      if (number === undefined || Number(number) > 100)
        throw new Error("must be a percentage such as 10 %, at most 100");
      return Number(number) / 100;
    },
  };
}

/** Words with commas between. */
export function list(variable: string, description: string, fallback?: string): Setting<readonly string[]> {
  return {
    variable,
    description,
    fallback,
    parse: (written) =>
      written
        .split(",")
        .map((word) => word.trim())
        .filter((word) => word !== ""),
  };
}
