import { type DiskInspection, describeDeferral, planLocations, reasons } from "@k8s-snapshots/scheduler";
import type { SnapshotRow } from "@k8s-snapshots/scheduler/planner";
import { clusterIdentity } from "../cluster-identity.ts";
import type { Session } from "../session.ts";
import { policyOf } from "../settings/policy.ts";
import type { Settings } from "../settings/settings.ts";
import type { SnapshotRequest } from "./request-snapshot.ts";

/** How {@link awaitSnapshot} waits. */
export interface AwaitOptions {
  /** In milliseconds. */
  readonly timeout: number;

  /** Called with each thing that is new. */
  readonly onStep: (step: string) => void;

  /** Resolves after so many milliseconds; rejects when `stop` fires. */
  readonly pause: (milliseconds: number, stop: AbortSignal) => Promise<void>;
  readonly stop: AbortSignal;

  /** In milliseconds, of a clock that does not step. Default: the process's. */
  readonly monotonic?: () => number;
}

/** The first looks are close together; a snapshot that takes hours is looked at twice a minute. */
const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 30_000;

/**
 * Looks at the disk until the snapshot that was asked for is ready. It takes none itself: the daemon does.
 *
 * @throws {Error} if it is not ready within the time: what is known
 */
export async function awaitSnapshot(
  { rule, unresolved }: SnapshotRequest,
  { client, registry }: Session,
  settings: Settings,
  { timeout, onStep, pause, stop, monotonic = () => performance.now() }: AwaitOptions,
): Promise<Pick<SnapshotRow, "id" | "createdAt">> {
  const identity = await clusterIdentity(settings, client);
  const from = monotonic();
  let last = "";
  for (let wait = FIRST_PAUSE; ; wait = Math.min(LONGEST_PAUSE, wait * 1.5)) {
    const [location] = await planLocations({
      backends: registry.loaded,
      ...identity,
      rules: [rule],
      unresolved,
      policy: policyOf(settings),
    });
    const inspection = location?.disks.find(({ disk }) => disk.id === rule.disk.id);
    const served = inspection && servedBy(inspection, rule.requestedAt);
    if (served?.state === "ready") return served;
    const step =
      location?.error === undefined
        ? stepOf(inspection, served)
        : `cannot list the location: ${location.error.message}`;
    if (step !== last) onStep(step);
    last = step;
    const left = timeout - (monotonic() - from);
    if (left <= 0) {
      throw new Error(
        `the snapshot is not ready after ${Math.round(timeout / 1_000)} s: ${step}; the request stands for an hour: kubectl describe the object, or read the daemon's log`,
      );
    }
    await pause(Math.min(wait, left), stop);
  }
}

/** What was made for the request, or was begun after it. */
function servedBy({ state }: DiskInspection, requestedAt: number): SnapshotRow | undefined {
  const rows = state.table
    .rows()
    .filter(({ marks, createdAt }) => (marks.askedAt ?? 0) >= requestedAt || createdAt >= requestedAt);
  return rows.find((row) => row.state === "ready") ?? rows.find((row) => row.state !== "failed") ?? rows.at(-1);
}

function stepOf(inspection: DiskInspection | undefined, served: SnapshotRow | undefined): string {
  if (served?.state === "failed") {
    return `snapshot ${served.id} failed${served.marks.failure === undefined ? "" : `: ${served.marks.failure}`}; the daemon tries again`;
  }
  if (served !== undefined) return `snapshot ${served.id} is being made`;
  const holding = inspection?.plan.deferrals.filter(({ reason }) =>
    ["creation", "both"].includes(reasons[reason].defers),
  );
  const ignored = inspection?.plan.deferrals.find(({ reason }) => reason === "RequestIgnored");
  if (ignored !== undefined) return describeDeferral(ignored);
  const [first] = holding ?? [];
  if (first !== undefined) return describeDeferral(first);
  if (inspection?.plan.creation === undefined && inspection?.plan.dueAt !== undefined) {
    return `due at ${new Date(inspection.plan.dueAt).toISOString()}, as no two may be closer together`;
  }
  return "waiting for the daemon to take it";
}
