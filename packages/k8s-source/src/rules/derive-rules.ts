import type { ClusterObjects } from "../watch/kubernetes-objects.ts";
import { RuleIndex } from "./rule-index.ts";
import type { RuleSet } from "./rule-set.ts";
import type { RuleSettings } from "./rule-settings.ts";

/** The rules that a cluster's objects declare. Pure: the same objects make the same rules. */
export function deriveRules(objects: ClusterObjects, settings: RuleSettings): RuleSet {
  const index = new RuleIndex(objects, settings);
  index.update(allPaths(objects));
  return index;
}

function* allPaths({ volumes, claims, snapshotRules }: ClusterObjects): Generator<string> {
  for (const key of snapshotRules.keys()) yield `SnapshotRule/${key}`;
  for (const key of claims.keys()) yield `PersistentVolumeClaim/${key}`;
  for (const key of volumes.keys()) yield `PersistentVolume/${key}`;
}
