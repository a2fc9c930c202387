import type { ListedSnapshot } from "./claim-snapshots.ts";

/**
 * A number that differs once anything about the snapshot does. Below 2^42, so that the sum over a thousand snapshots and
 * more stays exact.
 */
export function fingerprintOf({ id, createdAt, state, labels, failure }: ListedSnapshot): number {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  const mix = (text: string): void => {
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      low = Math.imul(low ^ code, 0x01000193);
      high = Math.imul(high + code, 0x85ebca6b) ^ (low >>> 15);
    }
  };
  mix(id);
  mix(state);
  mix(String(createdAt));
  if (failure !== undefined) mix(failure);
  for (const key in labels) {
    low ^= key.length;
    mix(labels[key] as string);
  }
  return (low >>> 0) * 1_024 + (high >>> 22);
}
