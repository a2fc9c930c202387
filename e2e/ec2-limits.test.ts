import { setTimeout } from "node:timers/promises";
import { CreateVolumeCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { Disk } from "@k8s-snapshots/backend-api";
import { AwsBackend, createEc2Api, parseAwsConfig } from "@k8s-snapshots/backend-aws";
import { parseDeltas } from "@k8s-snapshots/retention";
import { type Rule, Scheduler } from "@k8s-snapshots/scheduler";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { type ActionCalls, type ActionLimit, type LimitedEc2, startLimitedEc2 } from "./harness/limited-ec2.ts";
import { type Moto, startMoto } from "./harness/start-moto.ts";

const { motoServer } = inject("programs");
const region = "eu-west-1";
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "not-a-real-key-0123456789abcdefghijklmno",
};

/** The nightly run takes a thousand, and measures for so many minutes after ten of learning. */
const VOLUMES = Number(process.env["EC2_LIMITS_VOLUMES"] ?? 150);
const MINUTES = Number(process.env["EC2_LIMITS_MINUTES"] ?? 0);

/** As AWS delivers them. */
const mutating: ActionLimit = { capacity: 50, perSecond: 5 };
const describing: ActionLimit = { capacity: 100, perSecond: 20 };

interface Running {
  readonly ec2: LimitedEc2;

  /** Whose snapshots were accepted. */
  readonly made: ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Ends what hangs. In milliseconds. */
const LIMIT = 10 * (MINUTES + 10) * 60_000 + VOLUMES * 10_000;

describe.skipIf(!motoServer)("at EC2's limits, which each action has by itself", { timeout: LIMIT }, () => {
  let moto: Moto;
  let volumes: Disk[];

  beforeEach(async () => {
    moto = await startMoto(motoServer as string);
    volumes = await createVolumes(VOLUMES);
  });

  afterEach(async () => {
    await moto?.stop();
  });

  it(`${VOLUMES} new volumes have their snapshots, and nothing is throttled`, async () => {
    const { ec2, made, stop } = await start("PT1H P1D", volumes, {
      CreateSnapshot: mutating,
      DescribeSnapshots: describing,
    });
    // The scheduler waits until a list must show what a process before it made.
    await waitFor(() => ec2.callsOf("CreateSnapshot").passed > 0);
    const begun = performance.now();
    await waitFor(() => made.size === VOLUMES);
    const seconds = (performance.now() - begun) / 1_000;
    await stop();
    expect(ec2.callsOf("CreateSnapshot")).toMatchObject({ passed: VOLUMES, throttled: 0 });
    // Of a number that it makes sense to measure.
    if (VOLUMES >= 1_000) expect(seconds).toBeLessThanOrEqual(VOLUMES / mutating.perSecond + 2);
  });

  it("an account that allows half of what AWS delivers is learned", async () => {
    const half: ActionLimit = { capacity: 10, perSecond: 2.5 };
    const { ec2, made, stop } = await start("PT1H P1D", volumes, { CreateSnapshot: half });
    await waitFor(() => made.size === VOLUMES);
    await stop();
    const { passed, throttled } = ec2.callsOf("CreateSnapshot");
    expect(passed).toBe(VOLUMES);
    expect(throttled).toBeGreaterThan(0);
    expect(throttled).toBeLessThan(60);
  });

  it.skipIf(MINUTES === 0)(
    "once it has learned for ten minutes 95 % are used, and one in a thousand is throttled",
    async () => {
      // Few that are taken often: moto takes a minute to list some thousands, and does nothing else meanwhile.
      const few = volumes.slice(0, 60);
      const { ec2, stop } = await start("PT8S PT24S", few, {
        CreateSnapshot: mutating,
        DeleteSnapshot: mutating,
        DescribeSnapshots: describing,
      });
      const actions = ["CreateSnapshot", "DeleteSnapshot", "DescribeSnapshots"];
      await setTimeout(10 * 60_000);
      const before = actions.map((action) => ({ ...ec2.callsOf(action) }));
      await setTimeout(MINUTES * 60_000);
      const after = actions.map((action) => ec2.callsOf(action));
      await stop();
      const [creations, deletions, lists] = after.map(({ passed, throttled }, index) => {
        const since = before[index] as ActionCalls;
        return {
          perSecond: (passed - since.passed) / (MINUTES * 60),
          passed: passed - since.passed,
          throttled: throttled - since.throttled,
        };
      });
      console.info(JSON.stringify({ creations, deletions, lists }));
      expect(creations?.perSecond).toBeGreaterThanOrEqual(0.95 * mutating.perSecond);
      for (const calls of [creations, deletions, lists]) {
        expect(calls?.throttled).toBeLessThanOrEqual((calls?.passed ?? 0) / 1_000);
      }
    },
  );

  /** The scheduler and the AWS backend as they are, against a limited stand-in. */
  async function start(
    schedule: string,
    disks: readonly Disk[],
    limits: Readonly<Record<string, ActionLimit>>,
  ): Promise<Running> {
    const ec2 = await startLimitedEc2(moto.url, limits);
    const config = parseAwsConfig({
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: "true",
    });
    const openRegion = (name: string) => createEc2Api(name, { ...config, endpoint: ec2.url });
    const backend = new AwsBackend(config, { openRegion });
    const made = new Set<string>();
    const scheduler = new Scheduler({
      cluster: "cluster-1",
      backends: new Map([[backend.name, backend]]),
      policy: { minInterval: 0, absenceBeforeExpiry: 0 },
      onEvent: (event) => {
        if (event.type === "snapshot.accepted") made.add(event.disk.id);
      },
    });
    const rules = disks.map(
      (disk): Rule => ({ id: disk.id, name: disk.id, backend: backend.name, disk, deltas: parseDeltas(schedule) }),
    );
    scheduler.setRules(rules);
    const end = new AbortController();
    const running = scheduler.run(end.signal);
    return {
      ec2,
      made,
      stop: async () => {
        end.abort();
        await running;
        await backend.close();
        await ec2.stop();
      },
    };
  }

  async function createVolumes(count: number): Promise<Disk[]> {
    const client = new EC2Client({ region, endpoint: moto.url, credentials });
    const disks: Disk[] = [];
    try {
      while (disks.length < count) {
        const { VolumeId: id = "" } = await client.send(
          new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 1 }),
        );
        disks.push({ location: region, id });
      }
    } finally {
      client.destroy();
    }
    return disks;
  }
});

async function waitFor(isDone: () => boolean): Promise<void> {
  const end = Date.now() + LIMIT;
  while (!isDone()) {
    if (Date.now() > end) throw new Error("it did not come to its end");
    await setTimeout(20);
  }
}
