import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { BackendError, type Disk, type DiskSpec, type PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { readDiskSpec } from "@k8s-snapshots/backend-api/toolkit";
import type { LocalConfig } from "./local-config.ts";
import { manifest } from "./manifest.ts";

/**
 * The directory behind a `hostPath` or `local` volume. Its id is the path as written, without `.` and double slashes.
 * Symbolic links stay in it: which disk a volume is must not depend on what is mounted at the moment.
 */
export function diskOfVolume(volume: PersistentVolumeView, config: LocalConfig): Disk | undefined {
  const { hostPath, local } = volume.spec;
  const source = local ? "local" : "hostPath";
  const path: unknown = (local ?? hostPath)?.path;
  if (!local && !hostPath) return undefined;
  const where = `volume ${volume.metadata.name}: spec.${source}.path`;
  assertOnThisNode(volume, config);
  return { location: config.location, id: allowedPath(path, where, config) };
}

/** `spec.disk` is `{path}`. */
export function diskOfSpec(spec: DiskSpec, config: LocalConfig): Disk {
  const { path } = readDiskSpec(spec, manifest.diskSchema);
  return { location: config.location, id: allowedPath(path, "spec.disk.path", config) };
}

/**
 * The path in its one spelling.
 *
 * @param where - the field that holds it, for the error
 * @throws {BackendError} `invalid` if it is none, or beyond the roots, or one of it and the snapshot folder holds the
 *   other.
 */
export function allowedPath(path: unknown, where: string, config: LocalConfig): string {
  if (typeof path !== "string" || !isAbsolute(path) || path.includes("\0") || path.split(sep).includes("..")) {
    throw new BackendError("invalid", `${where} must be an absolute path without "..", but is ${JSON.stringify(path)}`);
  }
  const canonical = resolve(path);
  const { roots, snapshotDirectory } = config;
  if (roots.length > 0 && !roots.some((root) => contains(root, canonical))) {
    throw new BackendError(
      "invalid",
      `${where} is ${canonical}, which is in none of LOCAL_ROOTS (${roots.join(", ")})`,
    );
  }
  if (contains(canonical, snapshotDirectory) || contains(snapshotDirectory, canonical)) {
    throw new BackendError(
      "invalid",
      `${where} is ${canonical}, and one of it and LOCAL_SNAPSHOT_DIRECTORY (${snapshotDirectory}) holds the other: ` +
        "keep the snapshots elsewhere",
    );
  }
  return canonical;
}

/**
 * As {@link allowedPath}, for a path with no symbolic link left in it: then the roots and the snapshot folder are taken
 * without theirs.
 */
export async function assertRealPathAllowed(path: string, where: string, config: LocalConfig): Promise<void> {
  const snapshotDirectory = await realpath(config.snapshotDirectory);
  // A root that is not there holds nothing: it needs no resolving.
  const roots = await Promise.all(config.roots.map((root) => realpath(root).catch(() => root)));
  allowedPath(path, where, { ...config, roots, snapshotDirectory });
}

/** Whether `inner` is `outer` or lies in it. */
function contains(outer: string, inner: string): boolean {
  const way = relative(outer, inner);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

function assertOnThisNode({ metadata, spec }: PersistentVolumeView, { nodeName }: LocalConfig): void {
  if (nodeName === undefined) return;
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const nodes = terms
    .flatMap(({ matchExpressions }) => matchExpressions ?? [])
    .filter(({ key, operator }) => key === "kubernetes.io/hostname" && operator === "In")
    .flatMap(({ values }) => values ?? []);
  if (nodes.length === 0 || nodes.includes(nodeName)) return;
  throw new BackendError(
    "invalid",
    `volume ${metadata.name}: its nodeAffinity names ${nodes.join(", ")}, and this backend is on node ${nodeName}`,
  );
}
