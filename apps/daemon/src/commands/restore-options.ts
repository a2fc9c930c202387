import { type Command, Option } from "commander";
import { parseTime } from "../plan/parse-time.ts";
import { parseAccessMode, parseName, parseParameter, parseSize, parseSource } from "../restore/parse-restore.ts";
import type { RestoreWish } from "../restore/restore-wish.ts";
import type { RestoredDisk } from "../restore/undo-restore.ts";
import { parseLocation } from "./storage-location.ts";
import { UsageError } from "./usage-error.ts";

/** The options of `restore`, as they are typed. */
export interface RestoreOptions {
  readonly toClaim?: string;
  readonly toVolume?: string;
  readonly namespace?: string;
  readonly allowOtherNamespace?: boolean;
  readonly at?: string;
  readonly location?: string;
  readonly apply?: boolean;
  readonly size?: string;
  readonly storageClass?: string;
  readonly accessMode?: readonly string[];
  readonly volumeMode?: "Filesystem" | "Block";
  readonly fsType?: string;
  readonly zone?: readonly string[];
  readonly csiDriver?: string;
  readonly parameter?: readonly string[];
  readonly undo?: string;
  readonly disk?: string;
  readonly output: "text" | "json" | "manifest";
}

const EXAMPLES = `
Examples:
  k8s-snapshots restore pvc/data -n shop --to-claim data-restored          what it would do; nothing is made
  k8s-snapshots restore pvc/data -n shop --to-claim data-restored --apply  does it
  k8s-snapshots restore pvc/data -n shop --to-claim data-monday --at 2026-11-23T08:00:00Z --apply
                                                       the newest one of that time or before
  k8s-snapshots restore snap-0abc --location aws/eu-west-1 --to-claim data --apply
                                                       claim, volume and rule are gone
  kubectl -n k8s-snapshots exec deploy/k8s-snapshots -- k8s-snapshots restore pvc/data -n shop \\
    --to-claim data-restored --apply --output manifest | kubectl apply -f -
                                                       the pod makes the disk, you make the rest

The old claim, volume, disk and snapshot stay as they are. What a flag does not say of the new volume the old one
does, else the snapshot. Exit code 1: it cannot be restored, or it failed; then what could not be cleaned up is named.`;

/** Gives the command its arguments and options, less the settings. */
export function addRestoreOptions(command: Command): Command {
  const several = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
  return command
    .argument("[source]", "pvc/NAME, pv/NAME, snapshot/ID; or a claim's name or a snapshot's id alone")
    .option("--to-claim <name>", "the new claim")
    .option("--to-volume <name>", "the new PersistentVolume; default: restored-NAMESPACE-CLAIM")
    .option("-n, --namespace <name>", "of both claims; default: where the snapshot is from, or the context's")
    .option("--allow-other-namespace", "restore also into a namespace that the snapshot is not from")
    .option("--at <time>", "the newest snapshot of this time or before, ISO 8601; default: the newest")
    .option("--location <place>", "where to look: BACKEND/LOCATION; default: where the cluster's rules have disks")
    .option("--apply", "make disk, PersistentVolume and claim; without it, nothing is changed")
    .option("--size <quantity>", "of the new volume, at least the old one's")
    .option("--storage-class <name>", 'of the new volume and claim; "" is none')
    .option("--access-mode <mode>", "ReadWriteOnce or RWO, and so on; may be given again", several)
    .addOption(new Option("--volume-mode <mode>", "of the new volume").choices(["Filesystem", "Block"]))
    .option("--fs-type <name>", "file system on the disk, such as ext4")
    .option("--zone <name>", "zone of the new disk; may be given again, for a regional one", several)
    .option("--csi-driver <name>", "driver of the new volume")
    .option("--parameter <name=value>", "of the new disk, in its storage system's terms; may be given again", several)
    .addOption(
      new Option("--output <format>", "how to print it; manifest: PersistentVolume and claim, which are not made")
        .choices(["text", "json", "manifest"])
        .default("text"),
    )
    .option("--undo <key>", "remove a disk that a restore has left: with --disk and --location, as it said")
    .option("--disk <id>", "for --undo")
    .addHelpText("after", EXAMPLES);
}

/** @throws {UsageError} */
export function wishOf(source: string | undefined, options: RestoreOptions): RestoreWish {
  const { toClaim, toVolume, namespace, at, location, size, accessMode, zone } = options;
  if (source === undefined) throw new UsageError("restore needs a pvc/NAME, a pv/NAME or a snapshot's id");
  if (toClaim === undefined) throw new UsageError("restore needs --to-claim NAME, a claim that is not there yet");
  if (options.disk !== undefined) throw new UsageError("--disk is for --undo");
  const { storageClass, volumeMode, fsType, csiDriver } = options;
  return {
    source: parseSource(source),
    namespace: namespace && parseName("--namespace", namespace),
    claim: parseName("--to-claim", toClaim),
    persistentVolume: toVolume && parseName("--to-volume", toVolume),
    at: at === undefined ? undefined : parseTime("--at", at),
    allowOtherNamespace: options.allowOtherNamespace === true,
    location: location === undefined ? undefined : parseLocation(location),
    flags: {
      ...(size !== undefined && { size: parseSize(size) }),
      ...(storageClass !== undefined && { storageClass: storageClass && parseName("--storage-class", storageClass) }),
      ...(accessMode !== undefined && { accessModes: accessMode.map(parseAccessMode) }),
      ...(volumeMode !== undefined && { volumeMode }),
      ...(fsType !== undefined && { fsType }),
      ...(zone !== undefined && { zones: zone }),
      ...(csiDriver !== undefined && { csiDriver }),
    },
    parameters: Object.fromEntries((options.parameter ?? []).map(parseParameter)),
  };
}

/** @throws {UsageError} */
export function undoOf(
  key: string,
  source: string | undefined,
  { disk, location, toClaim }: RestoreOptions,
): RestoredDisk {
  if (source !== undefined || toClaim !== undefined)
    throw new UsageError("--undo goes with --disk and --location alone");
  if (disk === undefined || location === undefined)
    throw new UsageError("--undo needs --disk ID and --location BACKEND/LOCATION");
  return { key, diskId: disk, ...parseLocation(location) };
}
