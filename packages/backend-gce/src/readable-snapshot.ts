type Fields = Readonly<Record<string, unknown>>;

/** The fields of a snapshot that are read, by what they must be. Numbers of 64 bits come as text, too. */
const isRightType: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  sourceDisk: isText,
  sourceDiskId: isNumber,
  creationTimestamp: isText,
  status: isText,
  storageBytes: isNumber,
  labels: isObject,
  labelFingerprint: isText,
};

/**
 * A page of snapshots as Google's SDK can decode it: see {@link readableSnapshot}. One field of another type would make it
 * refuse the whole page; so one snapshot holds up no other.
 */
export function readableSnapshots(page: Fields): Fields {
  const { items } = page;
  return Array.isArray(items) ? { ...page, items: items.map(readableSnapshot) } : page;
}

/** A snapshot without the fields that are not of the type that the SDK expects, and without those that nobody reads. */
export function readableSnapshot(snapshot: unknown): Fields {
  if (!isObject(snapshot)) return {};
  const fields = Object.entries(snapshot).filter(([name, value]) => isRightType[name]?.(value));
  const { labels, ...others } = Object.fromEntries(fields);
  if (labels === undefined) return others;
  return {
    ...others,
    labels: Object.fromEntries(Object.entries(labels as Fields).filter(([, value]) => isText(value))),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" ? Number.isSafeInteger(value) : isText(value) && /^\d{1,20}$/.test(value);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
