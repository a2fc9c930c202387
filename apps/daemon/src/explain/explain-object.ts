import { diskKey } from "@k8s-snapshots/scheduler";
import { type ClusterReading, knownDisks, readCluster } from "../cluster-reading/read-cluster.ts";
import { coverageIn } from "../coverage/read-coverage.ts";
import type { VolumeCoverage } from "../coverage/volume-coverage.ts";
import { type DiskInventory, inventoryOf } from "../inventory/disk-snapshots.ts";
import type { ObjectName } from "../plan-diff/object-name.ts";
import { restoreLine } from "../restore/restore-line.ts";
import type { Session } from "../session.ts";
import type { Settings } from "../settings/settings.ts";
import { type ExplainedObject, findObject } from "./explained-object.ts";
import { type Chapter, storyOf, winnerOf } from "./story.ts";

/** All that is to be said of one object. */
export interface Explanation {
  readonly reading: ClusterReading;
  readonly object: ExplainedObject;
  readonly coverage: VolumeCoverage | undefined;

  /** `undefined`: it has no disk that could be listed. */
  readonly disk: DiskInventory | undefined;
  readonly story: readonly Chapter[];

  /** The line that restores it; `undefined`: it is no claim, or has no good snapshot. */
  readonly restore: string | undefined;
}

/**
 * Reads the cluster and the location of one object's disk, and says how it stands.
 *
 * @param time - how times are shown
 * @throws {Error} if the cluster cannot be read, or there is no such object
 */
export async function explainObject(
  name: ObjectName,
  namespace: string | undefined,
  session: Session,
  settings: Settings,
  time: (instant: number) => string,
): Promise<Explanation> {
  const usual = namespace ?? session.client.namespace ?? "default";
  const reading = await readCluster(session, settings, (rule, { objects, resolved }) =>
    findObject(name, usual, objects, resolved).asking.has(rule.id),
  );
  const object = findObject(name, usual, reading.objects, reading.resolved);
  const coverage = coverageIn(reading, settings).find((volume) => volume.object === object.subject?.id);
  const rule = winnerOf(object)?.[1].rule;
  const key = rule && diskKey(rule.backend, rule.disk);
  const inspection = reading.locations
    .flatMap(({ disks }) => disks)
    .find((one) => diskKey(one.backend, one.disk) === key);
  const disk = inspection && inventoryOf(inspection, reading);
  const story = storyOf({
    object,
    coverage,
    inspection,
    error: rule && knownDisks(reading).errorOf(rule)?.message,
    snapshots: disk?.snapshots ?? [],
    deltasAnnotationKey: settings.deltasAnnotationKey,
    now: reading.now.getTime(),
    time,
  });
  return { reading, object, coverage, disk, story, restore: restoreOf(object, disk) };
}

/** The command for one that is to be restored beside what there is. */
export function restoreOf({ subject }: Pick<ExplainedObject, "subject">, disk: DiskInventory | undefined) {
  const claim = subject?.claim?.metadata;
  if (claim === undefined || !disk?.snapshots.some(({ state }) => state === "ready")) return undefined;
  const { namespace, name } = claim;
  return restoreLine({ source: `pvc/${name}`, namespace, name });
}
