type Fields = Readonly<Record<string, unknown>>;

/** The fields of a snapshot that are read, by what they must be. Numbers of 64 bits come as text, too. */
const rightTypes: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["name", isText],
  ["description", isText],
  ["sourceDisk", isText],
  ["sourceDiskId", isNumber],
  ["creationTimestamp", isText],
  ["status", isText],
  ["storageBytes", isNumber],
  ["labels", isObject],
  ["labelFingerprint", isText],
]);

/**
 * A page of snapshots as Google's SDK can decode it: see {@link readableSnapshot}. One field of another type would make it
 * refuse the whole page; so one snapshot holds up no other.
 */
export function readableSnapshots(page: Fields): Fields {
  const { items } = page;
  // What is listed was filtered by its labels: without any, they are not shown.
  const readable = (item: unknown): Fields => readableSnapshot(isObject(item) ? { labels: undefined, ...item } : item);
  return Array.isArray(items) ? { ...page, items: items.map(readable) } : page;
}

/**
 * A snapshot without the fields that are not of the type that the SDK expects, and without those that nobody reads. If its
 * labels are not as they must be, one may say that it is held: then nobody can tell its state, nor replace them.
 */
export function readableSnapshot(snapshot: unknown): Fields {
  if (!isObject(snapshot)) return {};
  const fields = Object.entries(snapshot).filter(([name, value]) => rightTypes.get(name)?.(value));
  const { labels, ...others } = Object.fromEntries(fields);
  if (!Object.hasOwn(snapshot, "labels")) return others;
  const shown = Object.entries((labels ?? {}) as Fields);
  // The SDK loses a key of that name, which is none of Google's.
  const readable = shown.filter(([key, value]) => isText(value) && key !== "__proto__");
  const { status, labelFingerprint, ...understood } = others;
  const isWhole = labels !== undefined && readable.length === shown.length;
  return { ...(isWhole ? others : understood), labels: Object.fromEntries(readable) };
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
