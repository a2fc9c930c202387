import { createHash } from "node:crypto";
import { HOLD_LABEL, type Labels } from "@k8s-snapshots/backend-api";

/** @see {@link https://docs.digitalocean.com/products/platform/details/limits/} */
const longestTag = 255;
const marks = "^ ._/=+@";
const piece = /^k8s-snapshots__([0-9a-f]{12})-(\d):(.*)$/;
/** Of a tag, so that it ends below {@link longestTag} whatever stands before it. */
const pieceLength = 200;
/** Characters, before they are spelled: mostly one tag, four at most. They stay in the account for ever. */
export const longestVolumeFacts = 256;

/**
 * Labels as tags `key:value`, in letters, digits, `:`, `-` and `_`, which is all that DigitalOcean takes. It keeps the
 * capitals with which a tag was first used in the account, so that only small letters are written:
 * - `a` to `z`, `0` to `9`, `-`, and `:` in a value, stand for themselves: `created-by:k8s-snapshots`;
 * - `/` before a small letter is `_`: `k8s-snapshots_hold:true`, which people can type;
 * - `A` is `_0a`, and space, `.`, `_`, another `/`, `=`, `+` and `@` are `_1` to `_7`;
 * - what becomes too long is cut into the tags `k8s-snapshots__HASH-0:…`, `-1` and so on; HASH is of the key.
 *
 * @see {@link https://docs.digitalocean.com/reference/api/reference/tags/}
 */
export function toTags(labels: Labels): string[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const tag = `${spell(key)}:${spell(value)}`;
    if (tag.length <= longestTag) return [tag];
    const hash = hashOf(key);
    const count = Math.ceil(tag.length / pieceLength);
    return Array.from(
      { length: count },
      (_, index) => `k8s-snapshots__${hash}-${index}:${tag.slice(index * pieceLength, (index + 1) * pieceLength)}`,
    );
  });
}

/** The labels that {@link toTags} was given. A tag without a colon, which people set, is a label without a value. */
export function toLabels(tags: readonly string[]): Labels {
  const labels: Record<string, string> = {};
  for (const tag of joinPieces(tags.map((each) => each.toLowerCase()))) {
    const end = tag.indexOf(":");
    const key = unspell(end < 0 ? tag : tag.slice(0, end));
    const value = end < 0 ? "" : unspell(tag.slice(end + 1));
    // Two tags of one key are people's doing. In doubt, the snapshot is held.
    if (key === HOLD_LABEL && value === "false" && labels[key] !== undefined) continue;
    labels[key] = value;
  }
  return labels;
}

/** Whether the tag is one of those that spell a label with this key. */
export function spells(tag: string, key: string): boolean {
  const hash = piece.exec(tag.toLowerCase())?.[1];
  return hash === undefined ? Object.hasOwn(toLabels([tag]), key) : hash === hashOf(key);
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 12);
}

function joinPieces(tags: readonly string[]): string[] {
  const pieces = new Map<string, string[]>();
  const whole: string[] = [];
  for (const tag of tags) {
    const [, hash, index, text = ""] = piece.exec(tag) ?? [];
    if (hash === undefined) whole.push(tag);
    else pieces.set(hash, Object.assign(pieces.get(hash) ?? [], { [Number(index)]: text }));
  }
  return [...whole, ...[...pieces.values()].map((texts) => texts.join(""))];
}

function spell(text: string): string {
  return text.replace(/(\/(?=[a-z]))|[^a-z0-9:-]/g, (character, slash?: string) => {
    if (slash !== undefined) return "_";
    const mark = marks.indexOf(character);
    return mark < 0 ? `_0${character.toLowerCase()}` : `_${mark}`;
  });
}

function unspell(text: string): string {
  return text.replace(/_(?:0([a-z])|([1-7])|(?=[a-z]))/g, (_, capital?: string, mark?: string) => {
    if (capital !== undefined) return capital.toUpperCase();
    return mark === undefined ? "/" : (marks[Number(mark)] as string);
  });
}
