const DIGIT_BITS = 11;
const BUCKETS = 1 << DIGIT_BITS;
const WORD_BITS = 32;
/** Below it, comparing costs less than counting digits. */
const FEW = 500;

/**
 * The positions of the times from the earliest to the latest; of equal ones, in the order of the input. Takes O(n): at
 * most six passes of a radix sort, and fewer where the times lie close together.
 *
 * @param times - whole numbers, none more than 2^53 from another
 */
export function ascendingOrder(times: Float64Array): Uint32Array {
  return times.length < FEW ? sortByComparing(times) : sortByDigits(times);
}

function sortByComparing(times: Float64Array): Uint32Array {
  const order = Uint32Array.from(times.keys());
  return order.sort((a, b) => (times[a] as number) - (times[b] as number));
}

function sortByDigits(times: Float64Array): Uint32Array {
  const count = times.length;
  let earliest = Number.POSITIVE_INFINITY;
  for (let position = 0; position < count; position++) earliest = Math.min(earliest, times[position] as number);

  let sorted: Column = { positions: new Uint32Array(count), words: new Uint32Array(count) };
  const high = new Uint32Array(count);
  for (let position = 0; position < count; position++) {
    const distance = (times[position] as number) - earliest;
    sorted.positions[position] = position;
    sorted.words[position] = distance;
    high[position] = distance / 2 ** WORD_BITS;
  }
  let spare: Column = { positions: new Uint32Array(count), words: new Uint32Array(count) };
  sortByWord();
  for (let rank = 0; rank < count; rank++) sorted.words[rank] = high[sorted.positions[rank] as number] as number;
  sortByWord();
  return sorted.positions;

  function sortByWord(): void {
    for (let shift = 0; shift < WORD_BITS; shift += DIGIT_BITS) {
      if (sortByDigit(sorted, spare, shift)) [sorted, spare] = [spare, sorted];
    }
  }
}

/** Positions in the input, each with the part of its time that is being sorted by. */
interface Column {
  readonly positions: Uint32Array;
  readonly words: Uint32Array;
}

/** One stable pass. Returns false, and leaves `to` as it is, where all have the same digit. */
function sortByDigit({ positions, words }: Column, to: Column, shift: number): boolean {
  const count = words.length;
  const next = new Uint32Array(BUCKETS);
  for (let rank = 0; rank < count; rank++) {
    const digit = ((words[rank] as number) >>> shift) & (BUCKETS - 1);
    next[digit] = (next[digit] as number) + 1;
  }
  if (next[((words[0] as number) >>> shift) & (BUCKETS - 1)] === count) return false;
  let start = 0;
  for (let digit = 0; digit < BUCKETS; digit++) {
    const size = next[digit] as number;
    next[digit] = start;
    start += size;
  }
  const { positions: toPositions, words: toWords } = to;
  for (let rank = 0; rank < count; rank++) {
    const word = words[rank] as number;
    const digit = (word >>> shift) & (BUCKETS - 1);
    const place = next[digit] as number;
    next[digit] = place + 1;
    toPositions[place] = positions[rank] as number;
    toWords[place] = word;
  }
  return true;
}
