import { list, type Setting, text } from "./setting.ts";

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The key of a label or annotation.
 *
 * @see {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set}
 */
export function qualifiedName<D extends string>(
  variable: string,
  description: string,
  fallback: D,
): Setting<string, D> {
  return {
    ...text(variable, description, fallback),
    parse(written) {
      const [name = "", prefix, ...more] = written.split("/").reverse();
      const isPrefixFine = prefix === undefined || PREFIX.test(prefix);
      if (NAME.test(name) && isPrefixFine && more.length === 0) return written;
      throw new Error(`must be a key such as ${fallback}: ${NAME_RULE}, after a domain and a slash or without`);
    },
  };
}

/** The value of a label or tag. Some storage systems take spaces and more, as tags of the Python daemon may have. */
export function labelValue<D extends string>(variable: string, description: string, fallback: D): Setting<string, D> {
  return {
    ...text(variable, description, fallback),
    parse(written) {
      if (/^(?=\S)[^\p{Cc}\p{Cf}]{1,63}(?<=\S)$/u.test(written)) return written;
      throw new Error(`must be a value such as ${fallback}: 1 to 63 characters, none of them a control character`);
    },
  };
}

const NAME_RULE = "1 to 63 letters, digits, dots, dashes and underscores, the first and the last a letter or digit";

/** Names of namespaces. */
export function namespaces(variable: string, description: string): Setting<readonly string[], undefined> {
  return list(variable, description, undefined, (name) =>
    NAMESPACE.test(name) ? undefined : "a namespace is 1 to 63 lower-case letters, digits and dashes",
  );
}

/** What names of objects begin with, and a label's value is. */
export function objectName<D extends string>(variable: string, description: string, fallback: D): Setting<string, D> {
  return {
    ...text(variable, description, fallback),
    parse(written) {
      if (NAMESPACE.test(written)) return written;
      throw new Error(`must be a name such as ${fallback}: 1 to 63 lower-case letters, digits and dashes`);
    },
  };
}
