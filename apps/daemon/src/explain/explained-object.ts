import type { ClusterObjects } from "@k8s-snapshots/k8s-source";
import { UsageError } from "../commands/usage-error.ts";
import { type Subject, subjectsOf } from "../coverage/subjects.ts";
import { type ObjectName, objectId, parseObjectName } from "../plan-diff/object-name.ts";
import type { ResolvedRule } from "../rules/resolved-rule.ts";
import type { ResolvedRules } from "../rules/resolved-rules.ts";

/** What is to be explained, as a command line names it. */
export type ExplainedName = ObjectName | { readonly kind: "Snapshot"; readonly id: string };

/**
 * `pvc/NAME`, `pv/NAME`, `rule/NAME`, or `snapshot/ID`, whose id may have slashes.
 *
 * @throws {UsageError} if it is none of them
 */
export function parseExplainedName(written: string): ExplainedName {
  const [, id] = /^snapshots?\/(.+)$/i.exec(written) ?? [];
  if (id !== undefined) return { kind: "Snapshot", id };
  try {
    return parseObjectName(written);
  } catch {
    throw new UsageError(
      `cannot tell which object ${JSON.stringify(written)} is: write pvc/NAME, pv/NAME, rule/NAME or snapshot/ID, with -n NAMESPACE`,
    );
  }
}

/** An object, and all that asks for snapshots of its volume. */
export interface ExplainedObject {
  /** `PersistentVolumeClaim/NAMESPACE/NAME`. */
  readonly id: string;

  /** The claim or volume; `undefined`: a SnapshotRule that names a disk, or whose volume cannot be told. */
  readonly subject: Subject | undefined;

  /** By the id of the object that asks. */
  readonly asking: ReadonlyMap<string, ResolvedRule>;
}

/**
 * Finds an object in a cluster that was read.
 *
 * @throws {Error} if there is none of that name: which ones there are
 */
export function findObject(
  name: ObjectName,
  namespace: string,
  objects: ClusterObjects,
  resolved: Pick<ResolvedRules, "all">,
): ExplainedObject {
  const id = objectId(name, namespace);
  const subject = subjectOf(id, name, objects, resolved);
  const own = resolved.all.get(id);
  if (subject === undefined && own === undefined) {
    const key = id.slice(id.indexOf("/") + 1);
    const exists = name.kind === "SnapshotRule" && objects.snapshotRules.has(key);
    if (!exists) throw new Error(`there is no ${id}${othersNamed(name, objects)}`);
  }
  const uid = subject?.volume?.metadata.uid;
  const asking = [...resolved.all].filter(([asker, { target }]) => {
    const isOfVolume = uid !== undefined && target?.kind === "volume" && target.volume.metadata.uid === uid;
    return isOfVolume || asker === id || asker === subject?.id;
  });
  return { id, subject, asking: new Map(asking) };
}

function subjectOf(
  id: string,
  { kind, name }: ObjectName,
  objects: ClusterObjects,
  resolved: Pick<ResolvedRules, "all">,
): Subject | undefined {
  const target = kind === "SnapshotRule" ? resolved.all.get(id)?.target : undefined;
  const volumeName =
    kind === "PersistentVolume" ? name : target?.kind === "volume" ? target.volume.metadata.name : undefined;
  for (const subject of subjectsOf(objects)) {
    const isIt = volumeName === undefined ? subject.id === id : subject.volume?.metadata.name === volumeName;
    if (isIt) return subject;
  }
  return undefined;
}

/** Where else an object of that name is. */
function othersNamed({ kind, name }: ObjectName, objects: ClusterObjects): string {
  const places = { PersistentVolumeClaim: objects.claims, SnapshotRule: objects.snapshotRules };
  if (kind === "PersistentVolume") return "";
  const others = [...places[kind].values()].filter(({ metadata }) => metadata.name === name);
  const namespaces = others.slice(0, 3).map(({ metadata }) => metadata.namespace);
  return namespaces.length === 0 ? "" : `; there is one of that name in ${namespaces.join(", ")}: -n NAMESPACE`;
}
