/**
 * How times are shown to people: in the zone that `TZ` names, with its distance from UTC, and in UTC where it names none.
 * What programs read (JSON, labels, names of snapshots, Events) is in UTC always.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3339}
 */
export function timeIn(zone: string | undefined): (instant: number) => string {
  const format = zone ? formatOf(zone.replace(/^:/, "")) : undefined;
  return (instant) => {
    if (format === undefined) return new Date(instant).toISOString();
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, minute, second, timeZoneName = "" } = parts;
    // "GMT+02:00"; some versions of ICU write "GMT" where there is no distance.
    const distance = timeZoneName.slice(3) || "+00:00";
    return `${year}-${month}-${day}T${hour}:${minute}:${second}${distance}`;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      timeZoneName: "longOffset",
    });
  } catch {
    // No zone that this machine knows: as the C library does.
    return undefined;
  }
}
