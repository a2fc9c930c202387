import type { ListedSnapshot } from "./claim-snapshots.ts";

/**
 * A number that differs once anything about the snapshot does. Below 2^42, so that the sum over a thousand snapshots and
 * more stays exact.
 */
export function fingerprintOf({ id, createdAt, state, labels, failure }: ListedSnapshot): number {
  const hash: Hash = { low: 0x811c9dc5, high: 0x01000193 };
  mix(hash, id);
  mix(hash, state);
  mixNumber(hash, createdAt);
  if (failure !== undefined) mix(hash, failure);
  for (const key in labels) {
    hash.low ^= key.length;
    mix(hash, labels[key] as string);
  }
  return (hash.low >>> 0) * 1_024 + (hash.high >>> 22);
}

interface Hash {
  low: number;
  high: number;
}

/** No closure of the function above: the bundle gives each its name when it is made, which takes half as long as the hash. */
function mix(hash: Hash, text: string): void {
  let { low, high } = hash;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high + code, 0x85ebca6b) ^ (low >>> 15);
  }
  hash.low = low;
  hash.high = high;
}

/** Not as a text: V8 keeps those that it made of numbers for a while. */
function mixNumber(hash: Hash, number: number): void {
  hash.low = Math.imul(hash.low ^ number, 0x01000193);
  hash.high = Math.imul(hash.high + Math.floor(number / 2 ** 32), 0x85ebca6b) ^ (hash.low >>> 15);
}
