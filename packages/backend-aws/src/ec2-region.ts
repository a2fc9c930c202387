import type { BackendError, CallOptions } from "@k8s-snapshots/backend-api";
import { type Page, readPages, throwIfAborted } from "@k8s-snapshots/backend-api/toolkit";
import { toBackendError, vendorCode } from "./aws-error.ts";
import type { ObtainedCredentials } from "./aws-identity.ts";
import { unexpected } from "./aws-snapshot.ts";
import type {
  Ec2Api,
  Ec2CallOptions,
  Ec2DescribeInput,
  Ec2DescribeSnapshotsInput,
  Ec2Filter,
  Ec2Instance,
  Ec2Snapshot,
  Ec2Volume,
} from "./ec2-api.ts";

/** The most that EC2 puts on a page. */
const pageSize = 1000;

/** More than any region holds: the quota of snapshots is 100,000, as EC2 delivers it. */
const mostPages = 5000;

/** EC2's have some hundreds of characters. */
const longestToken = 10_000;

/** EC2 in one region: its calls with the contract's errors, its lists page by page. */
export class Ec2Region {
  readonly region: string;
  readonly #api: Ec2Api;
  readonly #hasOwnEndpoint: boolean;

  constructor(region: string, api: Ec2Api, hasOwnEndpoint: boolean) {
    this.region = region;
    this.#api = api;
    this.#hasOwnEndpoint = hasOwnEndpoint;
  }

  /** What is known of the credentials last used. */
  get credentials(): ObtainedCredentials {
    return this.#api.credentials() ?? {};
  }

  /**
   * @param action - the IAM action
   * @param object - what it is done to, for messages
   * @throws {BackendError} `aborted` if the signal has fired, else what {@link toBackendError} makes of the error.
   */
  async call<T>(
    action: string,
    object: string,
    options: CallOptions | undefined,
    send: (api: Ec2Api, options: Ec2CallOptions) => Promise<T>,
  ): Promise<T> {
    throwIfAborted(options);
    try {
      return await send(this.#api, { signal: options?.signal, onDate: options?.onDate });
    } catch (error) {
      throwIfAborted(options);
      throw this.translate(error, action, object);
    }
  }

  translate(error: unknown, action: string, object: string): BackendError {
    return toBackendError(error, {
      action,
      object,
      region: this.region,
      account: this.credentials.accountId,
      hasOwnEndpoint: this.#hasOwnEndpoint,
    });
  }

  /** All own snapshots that pass the filters. */
  async *snapshots(filters: Ec2Filter[], options: CallOptions | undefined): AsyncGenerator<Ec2Snapshot, void> {
    const query = { Filters: filters, OwnerIds: ["self"] };
    yield* this.#pages<Ec2Snapshot, Ec2DescribeSnapshotsInput, "Snapshots">(query, "Snapshots", options, (page) =>
      this.call("ec2:DescribeSnapshots", "own snapshots", options, (api, how) => api.describeSnapshots(page, how)),
    );
  }

  /** The own snapshot with that id; `undefined` if there is none. */
  async snapshot(id: string, options: CallOptions | undefined): Promise<Ec2Snapshot | undefined> {
    const query = { SnapshotIds: [id], OwnerIds: ["self"] };
    return this.call("ec2:DescribeSnapshots", id, options, async (api, how) => {
      try {
        const page = await api.describeSnapshots(query, how);
        if (!isItems(page.Snapshots)) throw unexpected("a list without Snapshots");
        const Snapshots = [...page.Snapshots];
        const found = Snapshots.find(({ SnapshotId }) => SnapshotId === id);
        // One that is there must not be taken to be gone.
        if (found === undefined && Snapshots.length > 0) throw unexpected(`other snapshots than ${id}`);
        return found;
      } catch (error) {
        if (vendorCode(error) === "InvalidSnapshot.NotFound") return undefined;
        throw error;
      }
    });
  }

  /** All volumes that pass the filters. */
  async *volumes(filters: Ec2Filter[], options: CallOptions | undefined): AsyncGenerator<Ec2Volume, void> {
    yield* this.#pages<Ec2Volume, Ec2DescribeInput, "Volumes">({ Filters: filters }, "Volumes", options, (page) =>
      this.call("ec2:DescribeVolumes", "volumes", options, (api, how) => api.describeVolumes(page, how)),
    );
  }

  /**
   * The volumes with these ids, in their order.
   *
   * @throws {BackendError} `not-found` if one is missing
   */
  async volumesById(ids: readonly string[], options: CallOptions | undefined): Promise<Ec2Volume[]> {
    return this.call("ec2:DescribeVolumes", ids.join(", "), options, async (api, how) => {
      const { Volumes } = await api.describeVolumes({ VolumeIds: [...ids] }, how);
      if (!Array.isArray(Volumes)) throw unexpected("a list without Volumes");
      return ids.map((id) => {
        const found = Volumes.find(({ VolumeId }) => VolumeId === id);
        if (found === undefined) throw unexpected(`volumes among which ${id} is not`);
        return found;
      });
    });
  }

  /** The instance with that id. */
  async instance(id: string, options: CallOptions | undefined): Promise<Ec2Instance> {
    return this.call("ec2:DescribeInstances", id, options, async (api, how) => {
      const { Instances } = await api.describeInstances({ InstanceIds: [id] }, how);
      const found = Instances?.find(({ InstanceId }) => InstanceId === id);
      if (found === undefined) throw unexpected(`instances among which ${id} is not`);
      return found;
    });
  }

  close(): void {
    this.#api.close();
  }

  #pages<Item, Query extends Ec2DescribeInput, Key extends string>(
    query: Query,
    key: Key,
    options: CallOptions | undefined,
    ask: (query: Query) => Promise<{ [K in Key]?: Iterable<Item> | undefined } & { NextToken?: string | undefined }>,
  ): AsyncGenerator<Item, void> {
    const readPage = async (token: string | undefined): Promise<Page<Item>> => {
      const page = await ask({ ...query, MaxResults: pageSize, ...(token ? { NextToken: token } : {}) });
      const items = page[key];
      // An answer that is cut short, or is not EC2's, must not look like an empty list.
      if (!isItems(items)) throw unexpected(`a list without ${key}`);
      return {
        items,
        get next() {
          return checkedToken(page.NextToken);
        },
      };
    };
    return readPages(readPage, options, mostPages);
  }
}

function checkedToken(token: string | undefined): string | undefined {
  const length = token?.length ?? 0;
  if (length > longestToken) throw unexpected(`a token of ${length} characters for the next page`);
  return token || undefined;
}

function isItems<Item>(items: Iterable<Item> | undefined): items is Iterable<Item> {
  return typeof items === "object" && items !== null && Symbol.iterator in items;
}
