import { createHash } from "node:crypto";
import type { Labels } from "@k8s-snapshots/backend-api";

const own = /^k8s-snapshots\/([a-z0-9-]+)$/;
const ownPrefix = "k8s-snapshots_";
const packed = /^k8s-snapshots__([0-9a-f]{12})-(\d)$/;
const googleKey = /^[a-z][a-z0-9_-]{0,62}$/;
const googleValue = /^[a-z0-9_-]{0,63}$/;
const longestValue = 63;
const marks = " .:/=+@";

/**
 * Labels in Google's narrower alphabet. Three spellings, of which no two can be equal:
 * - `k8s-snapshots/hold` = `true` is `k8s-snapshots_hold` = `true`, so that people can set it;
 * - what Google allows, such as `created-by` = `k8s-snapshots`, stays as it is, unless its key begins with
 *   `k8s-snapshots_`;
 * - all else, key and value, is in the values of `k8s-snapshots__HASH-0`, `-1` …: HASH is of the key, and the text is
 *   `key=value`, escaped by {@link respell} and cut into pieces of 63 characters.
 *
 * @see {@link https://cloud.google.com/compute/docs/labeling-resources#requirements}
 */
export function toGoogleLabels(labels: Labels): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => spell(key, value)));
}

/** The labels that {@link toGoogleLabels} was given. Those that people set come back as they are. */
export function fromGoogleLabels(labels: Readonly<Record<string, string>>): Labels {
  const pieces = new Map<string, string[]>();
  const plain: [string, string][] = [];
  for (const [key, value] of Object.entries(labels)) {
    const [, hash, index] = packed.exec(key) ?? [];
    if (hash === undefined) plain.push([key.replace(/^k8s-snapshots_(?!_)/, "k8s-snapshots/"), value]);
    else pieces.set(hash, Object.assign(pieces.get(hash) ?? [], { [Number(index)]: value }));
  }
  const unpacked = [...pieces.values()].flatMap((texts): [string, string][] => {
    const text = unspell(texts.join(""));
    const end = text.indexOf("=");
    return end < 1 ? [] : [[text.slice(0, end), text.slice(end + 1)]];
  });
  return Object.fromEntries([...unpacked, ...plain]);
}

/** `present` with `labels` added or replaced, however many pieces each took before. */
export function mergeGoogleLabels(present: Readonly<Record<string, string>>, labels: Labels): Record<string, string> {
  const replaced = new Set(Object.keys(labels));
  const kept = Object.entries(present).filter(([key]) => {
    const hash = packed.exec(key)?.[1];
    if (hash !== undefined) return ![...replaced].some((label) => hashOf(label) === hash);
    return !replaced.has(key.replace(/^k8s-snapshots_(?!_)/, "k8s-snapshots/"));
  });
  return { ...Object.fromEntries(kept), ...toGoogleLabels(labels) };
}

function spell(key: string, value: string): [string, string][] {
  if (googleValue.test(value)) {
    const [, name] = own.exec(key) ?? [];
    if (name !== undefined) return [[ownPrefix + name, value]];
    if (googleKey.test(key) && !key.startsWith(ownPrefix)) return [[key, value]];
  }
  const hash = hashOf(key);
  const text = respell(`${key}=${value}`);
  return Array.from({ length: Math.ceil(text.length / longestValue) }, (_, index) => [
    `${ownPrefix}_${hash}-${index}`,
    text.slice(index * longestValue, (index + 1) * longestValue),
  ]);
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 12);
}

/** Lower case, digits and `-` as they are; `P` is `_p`, `_` is `__`, and `_0` to `_6` are the marks. */
function respell(text: string): string {
  return text.replace(/[^a-z0-9-]/g, (character) => {
    const mark = marks.indexOf(character);
    return `_${mark < 0 ? character.toLowerCase() : mark}`;
  });
}

function unspell(text: string): string {
  return text.replace(
    /_(.)/g,
    (_, character: string) => marks[Number.parseInt(character, 10)] ?? character.toUpperCase(),
  );
}
