import type { PersistentVolumeSpecView } from "@k8s-snapshots/backend-api";
import { snapshotRuleSchema } from "../crd/snapshot-rule-schema.ts";
import { LONGEST_PARAMETER, LONGEST_TEXT, MOST_PARAMETERS } from "../rules/longest-text.ts";
import type { AnnotationKeys } from "../rules/rule-settings.ts";
import type {
  ClaimObject,
  ClaimReference,
  NamespacedMetadata,
  SnapshotRuleObject,
  VolumeObject,
} from "./kubernetes-objects.ts";
import { SharedParts } from "./shared-parts.ts";

// Objects come from an API server, which has checked all that Kubernetes itself defines: a projection only picks. An
// object without a name or uid came from elsewhere, and is refused.

/** What a backend has no use for, and big. */
const UNREAD_ANNOTATIONS: ReadonlySet<string> = new Set(["kubectl.kubernetes.io/last-applied-configuration"]);

/** Fields of a PersistentVolume's spec that nobody reads; `claimRef` is picked apart. */
const UNREAD_VOLUME_FIELDS: ReadonlySet<string> = new Set([
  "claimRef",
  "mountOptions",
  "persistentVolumeReclaimPolicy",
  "volumeAttributesClassName",
]);

/** Of a field that is an object, in JSON: all parameters that the definition allows, and their names. */
const LONGEST_OBJECT = MOST_PARAMETERS * (LONGEST_PARAMETER + 100);

/** What the definition describes. */
const SNAPSHOT_RULE_FIELDS = Object.keys(snapshotRuleSchema.properties?.["spec"]?.properties ?? {});

/** The part of a PersistentVolume that is kept. Backends may read any label or annotation, so those all stay. */
export function projectVolume(object: unknown, parts: SharedParts = new SharedParts()): VolumeObject {
  const { metadata, spec } = readObject(object);
  const labels = parts.of(texts(metadata, "labels", () => true));
  const annotations = parts.of(texts(metadata, "annotations", (key) => !UNREAD_ANNOTATIONS.has(key)));
  const claimRef = projectClaimReference(spec["claimRef"]);
  return {
    metadata: {
      name: readText(metadata, "name"),
      uid: readText(metadata, "uid"),
      creationTimestamp: readText(metadata, "creationTimestamp"),
      ...deletionTimestamp(metadata),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    spec: {
      ...sharedFields(pick(spec, (key) => !UNREAD_VOLUME_FIELDS.has(key)) ?? {}, parts),
      ...(claimRef && { claimRef }),
    },
  };
}

/** The part of a PersistentVolumeClaim that is kept. */
export function projectClaim(
  object: unknown,
  keys: AnnotationKeys,
  parts: SharedParts = new SharedParts(),
): ClaimObject {
  const { metadata, spec } = readObject(object);
  const volumeName = spec["volumeName"];
  return {
    metadata: projectMetadata(metadata, keys, parts),
    spec: typeof volumeName === "string" && volumeName !== "" ? { volumeName } : {},
  };
}

/** The part of a SnapshotRule that is kept. */
export function projectSnapshotRule(
  object: unknown,
  keys: AnnotationKeys,
  parts: SharedParts = new SharedParts(),
): SnapshotRuleObject {
  const { metadata, spec } = readObject(object);
  const { generation } = metadata;
  const fields = SNAPSHOT_RULE_FIELDS.map((field) => [field, spec[field]] as const);
  return {
    metadata: { ...projectMetadata(metadata, keys, parts), ...(typeof generation === "number" && { generation }) },
    spec: mapValues(Object.fromEntries(fields.filter(([, value]) => value !== undefined && value !== null)), bounded),
  };
}

function projectMetadata(metadata: Fields, keys: AnnotationKeys, parts: SharedParts): NamespacedMetadata {
  const read = new Set(Object.values<string>({ ...keys }));
  const annotations = parts.of(texts(metadata, "annotations", (key) => read.has(key)));
  return {
    namespace: readText(metadata, "namespace"),
    name: readText(metadata, "name"),
    uid: readText(metadata, "uid"),
    creationTimestamp: readText(metadata, "creationTimestamp"),
    ...deletionTimestamp(metadata),
    ...(annotations && { annotations }),
  };
}

/** What names the disk differs from volume to volume; the rest of a CSI driver's part does not. */
function sharedFields({ csi, ...others }: Fields, parts: SharedParts): PersistentVolumeSpecView {
  const fields = mapValues(others, (value) => parts.of(value));
  const driver = asFields(csi);
  if (driver === undefined) return fields;
  const { volumeHandle, ...same } = driver;
  const source: unknown = {
    ...mapValues(same, (value) => parts.of(value)),
    ...(volumeHandle !== undefined && { volumeHandle }),
  };
  return { ...fields, csi: source as NonNullable<PersistentVolumeSpecView["csi"]> };
}

function deletionTimestamp({ deletionTimestamp }: Fields): Pick<NamespacedMetadata, "deletionTimestamp"> {
  return typeof deletionTimestamp === "string" ? { deletionTimestamp } : {};
}

function projectClaimReference(value: unknown): ClaimReference | undefined {
  return pick<string>(value, (key) => key === "namespace" || key === "name" || key === "uid");
}

type Fields = Readonly<Record<string, unknown>>;

function readObject(object: unknown): { metadata: Fields; spec: Fields } {
  const { metadata, spec } = asFields(object) ?? {};
  const fields = asFields(metadata);
  if (fields === undefined) throw new TypeError("an object without metadata");
  return { metadata: fields, spec: asFields(spec) ?? {} };
}

function readText(metadata: Fields, field: string): string {
  const value = metadata[field];
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`metadata.${field} of ${JSON.stringify(metadata["name"])} is missing`);
}

/** Labels or annotations: an aggregated server may answer with anything. */
function texts(
  metadata: Fields,
  field: "labels" | "annotations",
  wanted: (key: string) => boolean,
): Readonly<Record<string, string>> | undefined {
  const picked = pick<unknown>(metadata[field], wanted);
  for (const [key, value] of Object.entries(picked ?? {})) {
    if (typeof value === "string") continue;
    throw new TypeError(
      `metadata.${field} of ${JSON.stringify(metadata["name"])}: ${JSON.stringify(key)} is not a text`,
    );
  }
  return picked && mapValues(picked as Readonly<Record<string, string>>, cut);
}

/**
 * At most {@link LONGEST_TEXT}, and a mark where something is missing: a megabyte of annotations is read, and not kept.
 * The copy matters: a part of a string keeps the whole of it in memory.
 */
function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : Buffer.from(`${text.slice(0, LONGEST_TEXT)}…`).toString();
}

/** A field of a SnapshotRule; an object larger than the definition allows becomes a text, which is refused. */
function bounded(value: unknown): unknown {
  if (typeof value === "string") return cut(value);
  const written = JSON.stringify(value);
  return written.length <= LONGEST_OBJECT ? value : cut(written);
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** The fields that are wanted, or `undefined` if there are none: empty objects add up over thousands. */
function pick<T>(value: unknown, wanted: (key: string) => boolean): Readonly<Record<string, T>> | undefined {
  const entries = Object.entries(asFields(value) ?? {}).filter(([key]) => wanted(key));
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Record<string, T>);
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null ? (value as Fields) : undefined;
}
