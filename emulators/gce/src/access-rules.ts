import { ApiError } from "./api-error.ts";

/** What each method needs. Two of one method are looked at in this order. */
const needed: Readonly<Record<string, readonly string[]>> = {
  "disks.aggregatedList": ["compute.disks.list"],
  "disks.createSnapshot": ["compute.disks.createSnapshot", "compute.snapshots.create"],
  "disks.delete": ["compute.disks.delete"],
  "disks.get": ["compute.disks.get"],
  "disks.insert": ["compute.disks.create"],
  "disks.list": ["compute.disks.list"],
  "globalOperations.get": ["compute.globalOperations.get"],
  "globalOperations.list": ["compute.globalOperations.list"],
  "regionDisks.createSnapshot": ["compute.disks.createSnapshot", "compute.snapshots.create"],
  "regionDisks.delete": ["compute.disks.delete"],
  "regionDisks.get": ["compute.disks.get"],
  "regionDisks.insert": ["compute.disks.create"],
  "regionDisks.list": ["compute.disks.list"],
  "snapshots.delete": ["compute.snapshots.delete"],
  "snapshots.get": ["compute.snapshots.get"],
  "snapshots.insert": ["compute.snapshots.create", "compute.disks.createSnapshot"],
  "snapshots.list": ["compute.snapshots.list"],
  "snapshots.setLabels": ["compute.snapshots.setLabels"],
};

/** What is forbidden: at first nothing. */
export class AccessRules {
  readonly #denied = new Set<string>();

  /** @param permission - as IAM calls it: `compute.snapshots.create` */
  deny(permission: string): void {
    this.#denied.add(permission);
  }

  allow(permission: string): void {
    this.#denied.delete(permission);
  }

  /**
   * Before anything is looked up: what does not exist is forbidden to those who lack the permission, too.
   *
   * @internal
   * @throws {ApiError} 403 that names the first missing permission
   */
  assertAllowed(method: string, path: string, body: unknown): void {
    const { labels = {}, sourceSnapshot } = (body ?? {}) as { labels?: object; sourceSnapshot?: string };
    const isCreation = /insert$|createSnapshot$/.test(method);
    const more = [
      ...(isCreation && Object.keys(labels).length > 0 ? [labelPermission(method)] : []),
      ...(sourceSnapshot === undefined ? [] : ["compute.snapshots.useReadOnly"]),
    ];
    const missing = [...(needed[method] ?? []), ...more].find((permission) => this.#denied.has(permission));
    if (missing === undefined) return;
    throw new ApiError(403, "forbidden", `Required '${missing}' permission for '${path}'`);
  }
}

function labelPermission(method: string): string {
  return /napshot/.test(method) ? "compute.snapshots.setLabels" : "compute.disks.setLabels";
}
