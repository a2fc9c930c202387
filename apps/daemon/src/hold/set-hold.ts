import { HOLD_LABEL, isBackendError, type SnapshotBackend, type SnapshotReference } from "@k8s-snapshots/backend-api";
import { readCluster } from "../cluster-reading/read-cluster.ts";
import { parseLocation } from "../commands/storage-location.ts";
import { UsageError } from "../commands/usage-error.ts";
import type { OwnedSnapshot } from "../inventory/cluster-inventory.ts";
import { findSnapshot } from "../inventory/find-snapshot.ts";
import type { Session } from "../session.ts";
import type { Settings } from "../settings/settings.ts";

/** What became of a hold. */
export interface HoldOutcome {
  readonly snapshot: OwnedSnapshot;

  /** What the label says now; `undefined`: the snapshot is not held. */
  readonly hold: string | undefined;

  /** It was so before: nothing was changed. */
  readonly wasSo: boolean;
}

/** What is to be held or released. */
export interface HoldRequest {
  /** The snapshot's id or name. */
  readonly id: string;

  /** `BACKEND/LOCATION`, where several have one of that id. Default: all are looked at. */
  readonly location: string | undefined;

  /** The label's value; `undefined`: it is to be released. */
  readonly hold: string | undefined;
}

/** What a label's value may be: see `Labels` of the backends' contract. */
const LABEL_VALUE = /^[A-Za-z0-9 ._:/=+@-]{1,128}$/;

/**
 * The label's value for a reason, so that it holds in every storage system.
 *
 * @throws {UsageError} if it cannot be one
 */
export function holdValue(reason: string | undefined): string {
  if (reason === undefined) return "true";
  const value = reason.trim();
  if (value === "false") throw new UsageError('--reason "false" would not hold it: write another one');
  if (LABEL_VALUE.test(value)) return value;
  throw new UsageError(
    `--reason ${JSON.stringify(reason)} cannot be a label: write 1 to 128 letters, digits, spaces and . _ : / = + @ -`,
  );
}

/**
 * Sets the label that keeps a snapshot of ours, or takes it off: a label can be replaced and not removed, so that one that is
 * released says `false`, which holds nothing.
 *
 * @throws {Error} if there is no such snapshot of ours, or its backend cannot or may not set labels: what to do
 */
export async function setHold(request: HoldRequest, session: Session, settings: Settings): Promise<HoldOutcome> {
  const { id, location, hold } = request;
  const place = location === undefined ? undefined : parseLocation(location);
  const reading = await readCluster(
    session,
    settings,
    ({ backend, disk }) => place === undefined || (backend === place.backend && disk.location === place.location),
  );
  const snapshot = findSnapshot(reading, id);
  if (snapshot.hold === hold) return { snapshot, hold, wasSo: true };
  await applyHold(session.registry.loaded.get(snapshot.backend) as SnapshotBackend, snapshot, hold);
  return { snapshot, hold, wasSo: false };
}

/**
 * Has the storage system set the label.
 *
 * @throws {Error} if it cannot or may not: what to do
 */
export async function applyHold(
  backend: Pick<SnapshotBackend, "name" | "capabilities" | "setSnapshotLabels">,
  { id, location }: SnapshotReference,
  hold: string | undefined,
): Promise<void> {
  const doing = `cannot ${hold === undefined ? "release" : "hold"} ${id}`;
  if (backend.setSnapshotLabels === undefined || backend.capabilities.setLabels !== true) {
    throw new Error(
      `${doing}: the backend ${backend.name} cannot set labels; set ${HOLD_LABEL} in the storage system, as the backend's README spells it`,
    );
  }
  try {
    await backend.setSnapshotLabels({ id, location }, { [HOLD_LABEL]: hold ?? "false" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const remedy =
      isBackendError(error) && error.code === "forbidden"
        ? `grant that, or set ${HOLD_LABEL} in the storage system`
        : `k8s-snapshots explain snapshot/${id} shows whether it was carried out`;
    throw new Error(`${doing}: ${message}; ${remedy}`, { cause: error });
  }
}
