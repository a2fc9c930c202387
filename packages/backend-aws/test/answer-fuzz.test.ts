import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isBackendError } from "@k8s-snapshots/backend-api";
import { expect, it } from "vitest";
import { wholeCount } from "../../../test-support/whole-count.ts";
import { AwsBackend } from "../src/aws-backend.ts";
import { parseAwsConfig } from "../src/aws-config.ts";
import { createEc2Api } from "../src/ec2-client.ts";
import { answerOddly, seededRandom } from "./odd-answer.ts";

/** `pnpm test` sends few, CI a hundred thousand. */
const ANSWERS = Number(process.env["FUZZ_ANSWERS"] ?? wholeCount(3_000, 150));
const AT_ONCE = 16;
const mebibyte = 2 ** 20;

const secretAccessKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const sessionToken = "FwoGZXIvYXdzEXAMPLETOKEN0123456789FwoGZXIvYXdzEXAMPLETOKEN0123456789";
const snapshot = { id: "snap-0123456789abcdef0", location: "eu-west-1" };
const labels = { "created-by": "k8s-snapshots" };
const creation = { name: "data-1", description: "", labels, idempotencyKey: "key-1" };

const group = ["vol-0123456789abcdef1", "vol-0123456789abcdef2"].map((id) => ({ location: "eu-west-1", id }));

/** What a backend is asked for, and the actions that it may send for that. */
const calls: readonly (readonly [readonly string[], (backend: AwsBackend) => Promise<unknown>])[] = [
  [["DescribeSnapshots"], (backend) => Array.fromAsync(backend.listSnapshots({ location: "eu-west-1", labels }))],
  [["DescribeSnapshots"], (backend) => backend.readSnapshot(snapshot)],
  [
    ["CreateSnapshot"],
    (backend) => backend.createSnapshot({ ...creation, disk: { location: "eu-west-1", id: "vol-0123456789abcdef0" } }),
  ],
  [
    ["DescribeVolumes", "DescribeInstances", "CreateSnapshots"],
    (backend) => backend.createSnapshotGroup({ ...creation, disks: group }),
  ],
  [["CreateTags"], (backend) => backend.setSnapshotLabels(snapshot, labels)],
  [["DeleteSnapshot"], (backend) => backend.deleteSnapshot(snapshot)],
  [
    ["CreateVolume", "DescribeVolumes"],
    (backend) => backend.restoreSnapshot({ ...creation, snapshot, parameters: { availabilityZone: "eu-west-1b" } }),
  ],
];

it(`${ANSWERS} answers of any kind crash nothing, delete nothing and tell no secret`, {
  timeout: 1_800_000,
}, async () => {
  const random = seededRandom(2_026);
  const rejections: unknown[] = [];
  const onRejection = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", onRejection);
  const strays: (string | undefined)[] = [];
  await using elsewhere = await listen((request, response) => {
    strays.push(request.url);
    response.end();
  });
  const odd = { random, secrets: [secretAccessKey, sessionToken], elsewhere: elsewhere.url };
  let answered = 0;
  const sent = new Map<string, Set<string>>();
  await using ec2 = await listen(async (request, response) => {
    const action = new URLSearchParams(await text(request).catch(() => "")).get("Action") ?? "";
    const path = request.url ?? "";
    sent.set(path, (sent.get(path) ?? new Set()).add(action));
    answered++;
    answerOddly(action, response, odd);
  });
  // A path for each kind of call: so that the server can tell for which of them a request was sent.
  const backends = calls.map((_, index) => open(`${ec2.url}/${index}`));
  const before = heapInUse();
  const outcomes = { resolved: 0, rejected: 0 };
  const worker = async (): Promise<void> => {
    while (answered < ANSWERS) {
      const index = Math.floor(random() * calls.length);
      try {
        await calls[index]?.[1](backends[index] as AwsBackend);
        outcomes.resolved++;
      } catch (error) {
        outcomes.rejected++;
        if (!isBackendError(error)) throw error;
        const shown = inspect(error, { depth: 20, showHidden: true, maxStringLength: Number.POSITIVE_INFINITY });
        for (const secret of odd.secrets) expect(shown).not.toContain(secret);
        expect(error.message.length).toBeLessThan(3000);
        expect(error.retryAfterMs ?? 0).toBeLessThanOrEqual(3_600_000);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const grown = heapInUse() - before;
  await Promise.all(backends.map((backend) => backend.close()));
  process.off("unhandledRejection", onRejection);

  expect(rejections).toEqual([]);
  expect(strays, "redirections that were followed").toEqual([]);
  for (const [index, [actions]] of calls.entries()) {
    const asked = [...(sent.get(`/${index}/`) ?? [])];
    expect(actions).toEqual(expect.arrayContaining(asked));
    expect(asked).toContain(actions[0]);
  }
  // These follow right answers only: two in a row for the second, which takes many tries.
  for (const action of ANSWERS < 50_000 ? ["DescribeInstances"] : ["DescribeInstances", "CreateSnapshots"]) {
    expect(
      [...sent.values()].some((actions) => actions.has(action)),
      action,
    ).toBe(true);
  }
  // Neither is a matter of course.
  expect(outcomes.resolved).toBeGreaterThan(ANSWERS / 20);
  expect(outcomes.rejected).toBeGreaterThan(ANSWERS / 4);
  expect(grown, "bytes of heap that stay").toBeLessThan(64 * mebibyte);
});

function open(endpoint: string): AwsBackend {
  const config = parseAwsConfig({
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_ENDPOINT_URL_EC2: endpoint,
  });
  return new AwsBackend(config, {
    openRegion: (region) => createEc2Api(region, config),
    wait: () => Promise.resolve(),
  });
}

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server: Server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Bytes, after a collection of what is not used any more. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}
