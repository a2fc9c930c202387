const PATTERN = /^(?<number>\d{1,20}(?:\.\d{1,9})?)(?<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,2})?$/;

const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * How many bytes a quantity is.
 *
 * @throws {Error} if it is none
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/}
 */
export function bytesOf(quantity: string): number {
  const { number, suffix } = PATTERN.exec(quantity)?.groups ?? {};
  if (number === undefined) throw new Error(`${JSON.stringify(quantity)} is no quantity such as 100Gi`);
  if (suffix === undefined) return Number(number);
  return Number(number) * (factors[suffix] ?? 10 ** Number(suffix.slice(1)));
}

/** In whole GiB, rounded up: what disks are made in. */
export function gibibytesOf(quantity: string): number {
  return Math.ceil(bytesOf(quantity) / 2 ** 30);
}
