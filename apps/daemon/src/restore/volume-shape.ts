import type { AccessMode, BackendManifest, Snapshot, VolumeFacts } from "@k8s-snapshots/backend-api";
import { type VolumeObject, volumeFacts } from "@k8s-snapshots/k8s-source";
import { bytesOf } from "./quantity.ts";
import type { VolumeFlags } from "./restore-wish.ts";

/** Something that is known of the volume, and who says it: `pv/data`, `the snapshot`, `--size`. */
export interface Known<Value> {
  readonly value: Value;
  readonly from: string;
}

/** What the new volume will be like. */
export interface VolumeShape {
  /** A quantity: `100Gi`. */
  readonly size: Known<string>;

  /** Empty: none. */
  readonly storageClass: Known<string>;
  readonly accessModes: Known<readonly AccessMode[]>;
  readonly volumeMode: Known<"Filesystem" | "Block">;
  readonly fsType?: Known<string>;
  readonly zones?: Known<readonly string[]>;
  readonly csiDriver?: Known<string>;
}

/** What says what the volume was like. */
export interface ShapeSources {
  readonly flags: VolumeFlags;

  /** The PersistentVolume of the snapshot's disk, where it is still there. */
  readonly volume: VolumeObject | undefined;
  readonly snapshot: Pick<Snapshot, "id" | "volume">;
  readonly manifest: Pick<BackendManifest, "name" | "volumes" | "restoreParameters">;
}

const flagOf = {
  size: "--size",
  storageClass: "--storage-class",
  accessModes: "--access-mode",
  volumeMode: "--volume-mode",
  fsType: "--fs-type",
  zones: "--zone",
  csiDriver: "--csi-driver",
} as const satisfies Record<keyof VolumeShape, string>;

type Field = keyof VolumeShape;

/**
 * What the new volume will be like: as a flag says, else the old volume, else the snapshot. Nothing stands for what nobody
 * says.
 *
 * @throws {Error} if something that is needed is not known, with the flags that say it; or if the new one would be smaller
 */
export function shapeOf(sources: ShapeSources): VolumeShape {
  const { flags, volume, snapshot, manifest } = sources;
  const ofCluster = volume === undefined ? {} : factsOf(volume);
  const ofSnapshot = snapshot.volume ?? {};
  const known = <Name extends Field>(field: Name, read: (facts: VolumeFacts) => unknown): object => {
    const found = [
      { value: flags[field], from: flagOf[field] },
      { value: read(ofCluster), from: `pv/${volume?.metadata.name}` },
      { value: read(ofSnapshot), from: "the snapshot" },
    ].find(({ value }) => value !== undefined);
    return found === undefined ? {} : { [field]: found };
  };
  const shape = {
    ...known("size", () => undefined),
    ...known("storageClass", ({ storageClass }) => storageClass),
    ...known("accessModes", ({ accessModes }) => accessModes),
    ...known("volumeMode", ({ volumeMode }) => volumeMode),
    ...known("fsType", ({ fsType }) => fsType),
    ...known("zones", ({ zones }) => zones),
    ...known("csiDriver", ({ csiDriver }) => csiDriver),
  } as Partial<VolumeShape>;
  const whole = { ...shape, ...sizeOf(sources, ofCluster.capacity) };
  assertWhole(whole, sources, needsFsType(whole, manifest, volume !== undefined || snapshot.volume !== undefined));
  return whole as VolumeShape;
}

/** The snapshot's volume may have grown since, or be known by the snapshot alone: never smaller than either says. */
function sizeOf(
  { flags, snapshot, volume }: ShapeSources,
  ofCluster: string | undefined,
): Pick<VolumeShape, "size"> | object {
  const [largest] = [
    { value: ofCluster, from: `pv/${volume?.metadata.name}` },
    { value: snapshot.volume?.capacity, from: "the snapshot" },
  ]
    .flatMap(({ value, from }) => (value === undefined ? [] : [{ value, from }]))
    .toSorted((a, b) => bytesOf(b.value) - bytesOf(a.value));
  if (flags.size === undefined) return largest === undefined ? {} : { size: largest };
  const least = snapshot.volume?.capacity ?? ofCluster;
  if (least !== undefined && bytesOf(flags.size) < bytesOf(least)) {
    throw new Error(`cannot restore ${snapshot.id} to ${flags.size}: it is of ${least}; give --size ${least} or more`);
  }
  return { size: { value: flags.size, from: flagOf.size } };
}

/** The volume as it is in the cluster: its facts, and what the API server fills in where nothing is said. */
function factsOf(volume: VolumeObject): VolumeFacts {
  return { volumeMode: "Filesystem", ...volumeFacts(volume) };
}

/** Where something is known of the volume, a file system that it does not name is the driver's own. */
function needsFsType(
  { volumeMode, fsType }: Partial<VolumeShape>,
  { volumes }: Pick<BackendManifest, "volumes">,
  isVolumeKnown: boolean,
): boolean {
  const isOfDriver = (volumes.csiDrivers?.length ?? 0) > 0;
  return isOfDriver && fsType === undefined && volumeMode?.value !== "Block" && !isVolumeKnown;
}

function assertWhole(shape: Partial<VolumeShape>, { snapshot, manifest }: ShapeSources, needsFsType: boolean): void {
  const parameters = Object.values(manifest.restoreParameters ?? {});
  const needsZones = parameters.some(({ from, required }) => from === "zones" && required === true);
  const needed: readonly Field[] = [
    "size",
    "storageClass",
    "accessModes",
    "volumeMode",
    ...(needsFsType ? (["fsType"] as const) : []),
    ...(needsZones ? (["zones"] as const) : []),
  ];
  const missing = needed.filter((field) => shape[field] === undefined).map((field) => flagOf[field]);
  if (missing.length === 0) return;
  const why =
    snapshot.volume === undefined
      ? "it carries no facts of its volume, and that is not in the cluster"
      : "neither it nor the cluster says what its volume was like in all that is needed";
  throw new Error(`cannot restore ${snapshot.id}: ${why}; add ${missing.join(", ")}`);
}
