/** `eu-west-1`, `us-gov-west-1`, `eusc-de-east-1`. */
const regionPattern = /^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/;

/** A region, then either a letter (`eu-west-1a`) or a local or Wavelength zone's own name (`us-west-2-lax-1a`). */
const zonePattern = /^([a-z]{2,}(?:-[a-z]+)+-\d{1,2})(?:[a-z]|(?:-[a-z0-9]+)+)$/;

/** Whether it is spelled as a region is. */
export function isRegion(value: unknown): value is string {
  return typeof value === "string" && regionPattern.test(value);
}

/**
 * The region of an Availability Zone, local zone or Wavelength zone; `undefined` if it is not spelled as one.
 *
 * @see {@link https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html}
 */
export function regionOfZone(zone: unknown): string | undefined {
  return typeof zone === "string" ? zonePattern.exec(zone)?.[1] : undefined;
}
