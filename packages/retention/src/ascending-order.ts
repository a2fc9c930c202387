const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
const LOW_WORD = 2 ** 32;

/**
 * The positions of the times from the earliest to the latest; of equal ones, in the order of the input. Takes O(n): at
 * most five passes of a radix sort, and fewer where the times lie close together.
 *
 * @param times - whole numbers, none more than 2^53 from another
 */
export function ascendingOrder(times: Float64Array): Uint32Array {
  const count = times.length;
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  const earliest = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
  for (let position = 0; position < count; position++) {
    const distance = (times[position] as number) - earliest;
    low[position] = distance;
    high[position] = distance / LOW_WORD;
  }
  let order = Uint32Array.from(low, (_, position) => position);
  let spare = new Uint32Array(count);
  for (const word of [low, high]) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      if (!sortByDigit(order, spare, word, shift)) continue;
      [order, spare] = [spare, order];
    }
  }
  return order;
}

/** One stable pass. Returns false, and leaves `to` as it is, where all have the same digit. */
function sortByDigit(from: Uint32Array, to: Uint32Array, word: Uint32Array, shift: number): boolean {
  const next = new Uint32Array(BUCKETS);
  for (let position = 0; position < word.length; position++) {
    const digit = ((word[position] as number) >>> shift) & (BUCKETS - 1);
    next[digit] = (next[digit] as number) + 1;
  }
  const first = ((word[0] as number) >>> shift) & (BUCKETS - 1);
  if (next[first] === word.length) return false;
  let start = 0;
  for (let digit = 0; digit < BUCKETS; digit++) {
    const size = next[digit] as number;
    next[digit] = start;
    start += size;
  }
  for (let rank = 0; rank < from.length; rank++) {
    const position = from[rank] as number;
    const digit = ((word[position] as number) >>> shift) & (BUCKETS - 1);
    const place = next[digit] as number;
    to[place] = position;
    next[digit] = place + 1;
  }
  return true;
}
