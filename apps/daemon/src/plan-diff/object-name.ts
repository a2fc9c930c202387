import { UsageError } from "../commands/usage-error.ts";

/** An object that may declare deltas, as a command line names it. */
export interface ObjectName {
  readonly kind: "PersistentVolume" | "PersistentVolumeClaim" | "SnapshotRule";

  /** `undefined`: it is said elsewhere, or the kind has none. */
  readonly namespace: string | undefined;
  readonly name: string;
}

const kinds: Readonly<Record<string, ObjectName["kind"]>> = {
  pvc: "PersistentVolumeClaim",
  persistentvolumeclaim: "PersistentVolumeClaim",
  pv: "PersistentVolume",
  persistentvolume: "PersistentVolume",
  sr: "SnapshotRule",
  snapshotrule: "SnapshotRule",
  rule: "SnapshotRule",
};

/**
 * `pvc/NAME`, `pv/NAME`, `snapshotrule/NAME`, or as rules are named: `PersistentVolumeClaim/NAMESPACE/NAME`.
 *
 * @throws {UsageError} if it is none of them
 */
export function parseObjectName(written: string): ObjectName {
  const [kindName = "", ...names] = written.split("/");
  const kind = kinds[kindName.toLowerCase()];
  const name = names.at(-1);
  const most = kind === "PersistentVolume" ? 1 : 2;
  if (kind === undefined || !name || names.length > most) {
    throw new UsageError(
      `cannot tell which object ${JSON.stringify(written)} is: write pvc/NAME, pv/NAME or snapshotrule/NAME, with -n NAMESPACE`,
    );
  }
  return { kind, namespace: names.length === 2 ? names[0] : undefined, name };
}

/** As rules are named. */
export function objectId({ kind, namespace, name }: ObjectName, usualNamespace: string): string {
  return kind === "PersistentVolume" ? `${kind}/${name}` : `${kind}/${namespace ?? usualNamespace}/${name}`;
}
