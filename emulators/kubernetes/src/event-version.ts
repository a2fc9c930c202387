import type { KubernetesObject } from "./kubernetes-object.ts";

/**
 * Events are kept in the core group's form; `events.k8s.io/v1` shows the same objects under other names.
 *
 * @see {@link https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/}
 */
const fieldNames: readonly (readonly [stored: string, shown: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
];

export function eventFromStored(stored: KubernetesObject): KubernetesObject {
  return rename({ ...stored, apiVersion: "events.k8s.io/v1" }, fieldNames);
}

export function eventToStored(shown: KubernetesObject): KubernetesObject {
  return rename(
    { ...shown, apiVersion: "v1" },
    fieldNames.map(([stored, name]) => [name, stored]),
  );
}

function rename(event: KubernetesObject, names: readonly (readonly [from: string, to: string])[]): KubernetesObject {
  const renames = new Map(names);
  const entries = Object.entries(event).map(([field, value]) => [renames.get(field) ?? field, value]);
  return Object.fromEntries(entries) as KubernetesObject;
}
