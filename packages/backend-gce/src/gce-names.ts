import { createHash } from "node:crypto";

const longest = 63;

/** A name that Google takes, and that no other key leads to: the name asked for, cut in the middle, and a hash. */
export function snapshotName(name: string, key: string): string {
  const hash = createHash("sha256").update(key).digest("hex").slice(0, 10);
  const text = /^[a-z]/.test(name) ? name : `s-${name}`;
  const room = longest - hash.length - 1;
  const ending = 18;
  const cut = text.length <= room ? text : text.slice(0, room - ending) + text.slice(-ending);
  return `${cut}-${hash}`;
}

/** The UUID that stands for a key in `requestId`. */
export function requestIdOf(key: string): string {
  const hash = createHash("sha256").update(`request-id:${key}`).digest("hex");
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `8${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join("-");
}
