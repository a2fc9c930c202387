import dns from "node:dns";
import {
  AttachVolumeCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  RunInstancesCommand,
} from "@aws-sdk/client-ec2";
import { type BackendErrorCode, type Disk, HOLD_LABEL, type Labels } from "@k8s-snapshots/backend-api";
import { type ConformanceWorld, describeBackendConformance } from "@k8s-snapshots/backend-api/conformance";
import { AwsBackend, createEc2Api, openQuotas, parseAwsConfig } from "@k8s-snapshots/backend-aws";
import { manifest } from "@k8s-snapshots/backend-aws/manifest";
import { afterAll, beforeAll, describe, inject, it, vi } from "vitest";
import { type FaultProxy, type Refusal, startFaultProxy } from "./harness/fault-proxy.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";

const { motoServer } = inject("programs");
const secretAccessKey = "not-a-real-key-0123456789abcdefghijklmno";
const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey };
const region = "eu-west-1";
const pageSize = 3;
const unknownRegion = "eu-nowhere-1";

const refusals: Partial<Record<BackendErrorCode, Refusal>> = {
  throttled: { status: 503, code: "RequestLimitExceeded" },
  "limit-reached": { status: 400, code: "SnapshotLimitExceeded" },
  unavailable: { status: 500, code: "InternalError" },
  forbidden: { status: 403, code: "UnauthorizedOperation" },
  unauthenticated: { status: 400, code: "RequestExpired", message: `signed with ${secretAccessKey}` },
};

interface MotoWorld extends ConformanceWorld {
  readonly proxy: FaultProxy;
  /** Of an instance that the world's disks are attached to. */
  readonly instance: () => Promise<string>;
}

describe.skipIf(!motoServer)("backend-aws on moto", () => {
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto(motoServer as string);
  });

  afterAll(async () => {
    await moto?.stop();
  });

  describeBackendConformance<MotoWorld>(
    { describe, it },
    {
      manifest,
      capabilities: {
        restore: true,
        removeRestored: true,
        read: true,
        setLabels: true,
        volumeFacts: true,
        groups: true,
        limits: true,
        listLagMs: 5000,
        maxPendingPerDisk: 1,
        maxPendingPerLocation: 100,
        callsPerSecond: { create: 5, delete: 5, list: 20 },
        separateCallLimits: true,
      },
      open: openWorld,
      async createDisk({ instance }) {
        const disk = await createDisk(region);
        await attach(disk, await instance());
        return disk;
      },
      createUngroupableDisk: () => createDisk(region),
      createDiskElsewhere: () => createDisk("us-west-2"),
      volumeFor: (_, { id }) => ({
        metadata: { name: "data" },
        spec: { awsElasticBlockStore: { volumeID: `aws://${region}a/${id}` } },
      }),
      specFor: (_, { id }) => ({ region, volumeId: id }),
      foreignVolumes: [
        {
          metadata: { name: "efs" },
          spec: { csi: { driver: "efs.csi.aws.com", volumeHandle: "fs-0123456789abcdef0" } },
        },
      ],
      brokenVolumes: [
        {
          volume: { metadata: { name: "id" }, spec: { awsElasticBlockStore: { volumeID: "volume-1" } } },
          mentions: "spec.awsElasticBlockStore.volumeID",
        },
      ],
      unknownLocation: unknownRegion,
      missingDisk: () => ({ location: region, id: "vol-00000000000000000" }),
      missingSnapshot: () => ({ location: region, id: "snap-00000000000000000" }),
      pageSize,
      failSecondPage: async ({ proxy }) => proxy.failSecondPage(),
      watch: watchSnapshots,
      keepPending: async ({ proxy }) => proxy.keepPending(),
      finish: async ({ proxy }, { id }, state) => proxy.finish(id, state === "ready" ? "completed" : "error"),
      sendsDates: true,
      garble: async ({ proxy }, { id }) => proxy.finish(id, "melting"),
      lock: async ({ proxy }, { id }) => proxy.lock(id),
      use: async ({ proxy }, { id }) => proxy.use(id),
      async hold(_, { id, location }) {
        await send(location, (client) =>
          client.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: HOLD_LABEL, Value: "true" }] })),
        );
      },
      refusals: Object.keys(refusals) as BackendErrorCode[],
      refuseNext: async ({ proxy }, code) => proxy.refuseNext(refusals[code] as Refusal),
      loseNextAnswer: async ({ proxy }) => proxy.loseAnswerOf("CreateSnapshot", "CreateSnapshots"),
      hangNext: async ({ proxy }) => ({ reached: proxy.hangNext() }),
      setQuota: async ({ proxy }, maxSnapshots) => proxy.setMaxSnapshots(maxSnapshots),
      creationParameters: { storageLocation: "on-site" },
      brokenParameters: [{ parameters: { storageLocation: "elsewhere" }, mentions: "storageLocation" }],
      async deny({ proxy }) {
        proxy.deny("DeleteSnapshot");
        return "ec2:DeleteSnapshot";
      },
      restoreParameters: () => ({ availabilityZone: `${region}b` }),
      secrets: [secretAccessKey],
    },
  );

  async function openWorld(): Promise<MotoWorld> {
    const proxy = await startFaultProxy(moto.url, pageSize);
    const config = parseAwsConfig({
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
    });
    const lookup = vi.spyOn(dns, "lookup").mockImplementation(failLookup as unknown as typeof dns.lookup);
    const backend = new AwsBackend(config, {
      // Of a region that there is not, the name is not found: that takes the region's own endpoint.
      openRegion: (name) => createEc2Api(name, name === unknownRegion ? config : { ...config, endpoint: proxy.url }),
      openQuotas: (name) =>
        openQuotas(name, name === unknownRegion ? config : { ...config, quotasEndpoint: proxy.url }),
    });
    let instance: Promise<string> | undefined;
    return {
      backend,
      proxy,
      instance: () => {
        instance ??= runInstance();
        return instance;
      },
      close: async () => {
        lookup.mockRestore();
        await proxy.stop();
      },
    };
  }

  async function createDisk(location: string): Promise<Disk> {
    const { VolumeId: id = "" } = await send(location, (client) =>
      client.send(new CreateVolumeCommand({ AvailabilityZone: `${location}a`, Size: 1 })),
    );
    return { location, id };
  }

  async function runInstance(): Promise<string> {
    const { Instances: [instance] = [] } = await send(region, (client) =>
      client.send(new RunInstancesCommand({ ImageId: "ami-12c6146b", MinCount: 1, MaxCount: 1 })),
    );
    return instance?.InstanceId ?? "";
  }

  async function attach({ id, location }: Disk, instance: string): Promise<void> {
    // Each at another place.
    const device = `/dev/xvd${id.slice(-8)}`;
    await send(location, (client) =>
      client.send(new AttachVolumeCommand({ VolumeId: id, InstanceId: instance, Device: device })),
    );
  }

  /** Looks past the proxy, again and again. */
  async function watchSnapshots(
    { proxy }: MotoWorld,
    work: () => Promise<void>,
  ): Promise<readonly { readonly id: string; readonly labels: Labels }[]> {
    const seen: { id: string; labels: Labels }[] = [];
    const before = new Set((await proxy.betweenGroups(look)).map(({ id }) => id));
    let isDone = false;
    const watching = (async () => {
      while (!isDone) seen.push(...(await proxy.betweenGroups(look)));
    })();
    await work();
    isDone = true;
    await watching;
    seen.push(...(await proxy.betweenGroups(look)));
    return seen.filter(({ id }) => !before.has(id));
  }

  async function look(): Promise<{ id: string; labels: Labels }[]> {
    const filters = [{ Name: "description", Values: ["conformance-*"] }];
    const { Snapshots = [] } = await send(region, (client) =>
      client.send(new DescribeSnapshotsCommand({ Filters: filters })),
    );
    return Snapshots.map(({ SnapshotId = "", Tags = [] }) => ({
      id: SnapshotId,
      labels: Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value])),
    }));
  }

  async function send<T>(location: string, ask: (client: EC2Client) => Promise<T>): Promise<T> {
    const client = new EC2Client({ region: location, endpoint: moto.url, credentials });
    try {
      return await ask(client);
    } finally {
      client.destroy();
    }
  }
});

/** As for a name that does not exist. Addresses are not looked up. */
function failLookup(name: string, _: unknown, callback: (error: NodeJS.ErrnoException) => void): void {
  callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: "ENOTFOUND", hostname: name }));
}
