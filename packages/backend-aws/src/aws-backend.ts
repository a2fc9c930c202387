import { setTimeout } from "node:timers/promises";
import {
  type AccessReport,
  BACKEND_API_VERSION,
  type BackendCapabilities,
  BackendError,
  type CallOptions,
  type CreateSnapshotGroupRequest,
  type CreateSnapshotRequest,
  type Disk,
  type DiskSpec,
  hasLabels,
  IDEMPOTENCY_KEY_LABEL,
  type Labels,
  type ListSnapshotsRequest,
  type LocationLimits,
  type PersistentVolumeView,
  type RemoveRestoredRequest,
  type RestoredVolume,
  type RestoreRequest,
  type Snapshot,
  type SnapshotBackend,
  type SnapshotReference,
} from "@k8s-snapshots/backend-api";
import { throwIfAborted, volumeLabels } from "@k8s-snapshots/backend-api/toolkit";
import { checkPermissions } from "./aws-access.ts";
import type { AwsConfig } from "./aws-config.ts";
import { diskOfSpec, volumeOf } from "./aws-disk.ts";
import { vendorCode } from "./aws-error.ts";
import { createGroup } from "./aws-group.ts";
import { readQuotas } from "./aws-limits.ts";
import { removeRestoredVolume } from "./aws-remove-restored.ts";
import { restoreVolume } from "./aws-restore.ts";
import { longestTagValue, toFilters, toNewSnapshot, toSnapshot, toTags } from "./aws-snapshot.ts";
import { findEarlier } from "./earlier-snapshots.ts";
import type { Ec2Api } from "./ec2-api.ts";
import { Ec2Region } from "./ec2-region.ts";
import { createInstanceRegion, type InstanceRegion } from "./instance-region.ts";
import { checkLimits } from "./limits-access.ts";
import { openQuotas } from "./open-quotas.ts";
import type { QuotasApi } from "./quotas-api.ts";
import { siteForVolume, storageLocationOf } from "./storage-location.ts";
import { requireRegion, zoneIdKeyOf } from "./volume-region.ts";
import type { Wait } from "./wait-for-volume.ts";

/** What an AWS backend takes from outside. */
export interface AwsDependencies {
  /** EC2 in that region. Called once for each region that is used. */
  readonly openRegion: (region: string) => Ec2Api;

  /** Service Quotas in that region. Called once for each region whose limits are asked for. Default: AWS's. */
  readonly openQuotas?: (region: string) => Promise<QuotasApi>;

  /** Default: the instance metadata. */
  readonly instanceRegion?: InstanceRegion;

  /** Between two looks at a volume that is being made. Default: a timer. */
  readonly wait?: Wait;
}

/**
 * Snapshots of EBS volumes. A location is a region, a disk's id is `vol-…`.
 *
 * It needs the IAM actions that {@link checkPermissions} looks at; the package's README has the policy.
 */
export class AwsBackend implements SnapshotBackend {
  readonly apiVersion: typeof BACKEND_API_VERSION = BACKEND_API_VERSION;
  readonly name: string = "aws";
  readonly capabilities: BackendCapabilities = {
    restore: true,
    removeRestored: true,
    read: true,
    setLabels: true,
    volumeFacts: true,
    groups: true,
    limits: true,
    // EC2 is eventually consistent and promises no bound; what it makes shows up within seconds.
    // https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
    listLagMs: 5000,
    // The quota of st1 and sc1 volumes; gp2, gp3, io1 and io2 have 5.
    // https://docs.aws.amazon.com/general/latest/gr/ebs-service.html
    maxPendingPerDisk: 1,
    // Of a region, as EC2 delivers it: beyond that it says PendingSnapshotLimitExceeded. Copies count, too.
    // https://github.com/pingcap/tidb/issues/44325
    maxPendingPerLocation: 100,
    // Each action has a bucket of its own, refilled each second with 5 tokens if it changes something, with 20 if it
    // describes by filters or pages. AWS raises them on request.
    // https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
    callsPerSecond: { create: 5, delete: 5, list: 20 },
    separateCallLimits: true,
  };
  readonly #config: AwsConfig;
  readonly #openRegion: (region: string) => Ec2Api;
  readonly #instanceRegion: InstanceRegion;
  readonly #wait: Wait;
  readonly #openQuotas: NonNullable<AwsDependencies["openQuotas"]>;
  readonly #quotas = new Map<string, Promise<QuotasApi>>();
  readonly #regions = new Map<string, Ec2Region>();

  constructor(config: AwsConfig, { openRegion, openQuotas: openQuotasOf, instanceRegion, wait }: AwsDependencies) {
    this.#config = config;
    this.#openRegion = openRegion;
    this.#openQuotas = openQuotasOf ?? ((region) => openQuotas(region, config));
    this.#wait = wait ?? ((milliseconds, signal) => setTimeout(milliseconds, undefined, signal ? { signal } : {}));
    this.#instanceRegion = instanceRegion ?? createInstanceRegion(config.metadataEndpoint);
  }

  async diskForVolume(volume: PersistentVolumeView, options?: CallOptions): Promise<Disk | undefined> {
    throwIfAborted(options);
    const named = volumeOf(volume, this.#config.csiDrivers);
    if (!named) return undefined;
    const location = named.region ?? this.#config.region ?? (await this.#instanceRegion(options?.signal));
    throwIfAborted(options);
    if (location !== undefined) return { location, id: named.id };
    const zoneIdKey = zoneIdKeyOf(volume);
    const why = zoneIdKey === undefined ? "" : ` (no region follows from a zone's id, as ${zoneIdKey} has it)`;
    throw new BackendError(
      "invalid",
      `volume ${volume.metadata.name}: cannot determine the region of ${named.id}${why}: set the label ` +
        "topology.kubernetes.io/region or nodeAffinity, or AWS_REGION for all volumes",
    );
  }

  async diskForSpec(spec: DiskSpec, options?: CallOptions): Promise<Disk> {
    throwIfAborted(options);
    return diskOfSpec(spec);
  }

  async *listSnapshots({ location, labels }: ListSnapshotsRequest, options?: CallOptions): AsyncGenerator<Snapshot> {
    const region = this.#region(location);
    for await (const answer of region.snapshots(toFilters(labels), options)) {
      const snapshot = toSnapshot(answer, location);
      if (hasLabels(snapshot, labels)) yield snapshot;
    }
  }

  /** The name becomes the description, where the seed put it, and the `Name` tag; the contract's description has no place. */
  async createSnapshot(request: CreateSnapshotRequest, options?: CallOptions): Promise<Snapshot> {
    const { disk, name, idempotencyKey } = request;
    const labels = { ...request.labels, ...volumeLabels(request.volume, longestTagValue) };
    const region = this.#region(disk.location);
    const location = storageLocationOf(request.parameters, this.#config.storageLocation);
    const [earlier] = request.mayExist ? await findEarlier(region, [disk.id], idempotencyKey, options) : [];
    if (earlier) return earlier;
    const site = await siteForVolume(location, region, disk.id, options);
    const tags = toTags({ Name: name, ...labels, [IDEMPOTENCY_KEY_LABEL]: idempotencyKey });
    const input = {
      VolumeId: disk.id,
      Description: name,
      TagSpecifications: [{ ResourceType: "snapshot" as const, Tags: tags }],
      ...site,
    };
    const answer = await region.call("ec2:CreateSnapshot", disk.id, options, (api, how) =>
      api.createSnapshot(input, how),
    );
    return toNewSnapshot(answer, disk);
  }

  async createSnapshotGroup(request: CreateSnapshotGroupRequest, options?: CallOptions): Promise<readonly Snapshot[]> {
    throwIfAborted(options);
    const location = storageLocationOf(request.parameters, this.#config.storageLocation);
    return createGroup(this.#region(request.disks[0]?.location ?? ""), request, location, options);
  }

  async deleteSnapshot({ id, location }: SnapshotReference, options?: CallOptions): Promise<void> {
    await this.#region(location).call("ec2:DeleteSnapshot", id, options, async (api, how) => {
      try {
        await api.deleteSnapshot({ SnapshotId: id }, how);
      } catch (error) {
        if (vendorCode(error) !== "InvalidSnapshot.NotFound") throw error;
      }
    });
  }

  async readSnapshot({ id, location }: SnapshotReference, options?: CallOptions): Promise<Snapshot | undefined> {
    const answer = await this.#region(location).snapshot(id, options);
    return answer && toSnapshot(answer, location);
  }

  async setSnapshotLabels({ id, location }: SnapshotReference, labels: Labels, options?: CallOptions): Promise<void> {
    const input = { Resources: [id], Tags: toTags(labels) };
    await this.#region(location).call("ec2:CreateTags", id, options, (api, how) => api.createTags(input, how));
  }

  /** Service Quotas tells no counts. A region without Service Quotas has no limits to tell. */
  async readLimits(location: string, options?: CallOptions): Promise<LocationLimits> {
    const { region, credentials } = this.#region(location);
    const hasOwnEndpoint = this.#config.quotasEndpoint !== undefined;
    const whose = { region, account: credentials.accountId, hasOwnEndpoint };
    return readQuotas(() => this.#quotasOf(region), whose, options);
  }

  async checkAccess(location: string, options?: CallOptions): Promise<AccessReport> {
    const checks = await checkPermissions(this.#region(location), this.#config.identity, options);
    return { checks: [...checks, await checkLimits(() => this.readLimits(location, options))] };
  }

  async restoreSnapshot(request: RestoreRequest, options?: CallOptions): Promise<RestoredVolume> {
    const context = { csiDrivers: this.#config.csiDrivers, wait: this.#wait };
    return restoreVolume(this.#region(request.snapshot.location), request, context, options);
  }

  async removeRestored(request: RemoveRestoredRequest, options?: CallOptions): Promise<void> {
    await removeRestoredVolume(this.#region(request.location), request, this.#wait, options);
  }

  async close(): Promise<void> {
    for (const region of this.#regions.values()) region.close();
    this.#regions.clear();
    for (const quotas of this.#quotas.values()) {
      await quotas.then(
        (api) => api.close(),
        () => undefined,
      );
    }
    this.#quotas.clear();
  }

  #region(location: string): Ec2Region {
    const name = requireRegion(location, "the location");
    const known = this.#regions.get(name);
    if (known) return known;
    const region = new Ec2Region(name, this.#openRegion(name), this.#config.endpoint !== undefined);
    this.#regions.set(name, region);
    return region;
  }

  #quotasOf(region: string): Promise<QuotasApi> {
    const known = this.#quotas.get(region);
    if (known) return known;
    const opened = this.#openQuotas(region);
    this.#quotas.set(region, opened);
    // What could not be loaded is tried again.
    opened.catch(() => this.#quotas.delete(region));
    return opened;
  }
}
