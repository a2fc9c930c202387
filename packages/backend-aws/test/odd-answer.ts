import type { ServerResponse } from "node:http";
import { pageXml } from "./snapshot-xml.ts";

/** Numbers from 0 up to 1, the same ones for the same seed. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** How a server of odd answers is made. */
export interface OddAnswers {
  readonly random: Random;
  /** What the answers repeat of the request, as some servers do. */
  readonly secrets: readonly string[];
  /** Where redirections lead. */
  readonly elsewhere: string;
}

/** Answers a call of that action in one of the ways in which servers, proxies and portals go wrong, or rightly. */
export function answerOddly(action: string, response: ServerResponse, odd: OddAnswers): void {
  const { random } = odd;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  response.on("error", () => {});
  if (random() < 0.3) response.setHeader("retry-after", pick(["0", "-1", "2937600", "soon", "9".repeat(300)]));
  if (random() < 0.2) response.setHeader("date", pick(["", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT"]));
  const status =
    random() < 0.6 ? 200 : pick([100 + 101, 204, 206, 300, 301, 302, 307, 400, 401, 403, 404, 412, 429, 500, 503, 599]);
  if (status >= 300 && status < 400) response.setHeader("location", odd.elsewhere);
  const body = mutate(pick(bodies)(action, odd), random);
  const fate = random();
  if (fate < 0.03) response.destroy();
  else if (fate < 0.06) response.socket?.end("HTTP/1.1 2OO FINE\r\n\r\n");
  else if (fate < 0.12) {
    response.writeHead(status, { "content-length": Buffer.byteLength(body) + 10 });
    response.write(body, () => response.destroy());
  } else response.writeHead(status).end(body);
}

type Body = (action: string, odd: OddAnswers) => string;

const bodies: readonly Body[] = [
  (action) => rightAnswers[action] ?? "",
  (action) => rightAnswers[action] ?? "",
  (action) => rightAnswers[action] ?? "",
  (_, { random }) => {
    const answers = Object.values(rightAnswers);
    return answers[Math.floor(random() * answers.length)] as string;
  },
  (_, { random, secrets }) => errorXml(codes[Math.floor(random() * codes.length)] as string, secrets.join(" and ")),
  (_, { secrets }) => errorXml(secrets[0] as string, "The code is the secret."),
  (action, { secrets }) =>
    `<${action}Response><snapshotId>${secrets[0]}</snapshotId><volumeId>${secrets[1]}</volumeId></${action}Response>`,
  () => "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Terms<br></body></html>",
  () => '{"message": "Forbidden"}',
  () => "",
  () => "\u0000\u0001\u0002",
  () => "<".repeat(2000),
  () => "<a>".repeat(2000),
  () => "&amp;".repeat(2000),
  () => '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "b">]><DescribeSnapshotsResponse>&a;</DescribeSnapshotsResponse>',
  (_, { random }) => (random() < 0.02 ? "x".repeat(2 ** 21) : "x"),
];

const codes = [
  ...[
    "RequestLimitExceeded",
    "InvalidSnapshot.NotFound",
    "InvalidVolume.NotFound",
    "UnauthorizedOperation",
    "AuthFailure",
  ],
  ...[
    "SignatureDoesNotMatch",
    "InternalError",
    "DryRunOperation",
    "InvalidSnapshot.InUse",
    "New",
    "__proto__",
    "<b/>",
    "",
  ],
];

const attachments =
  "<attachmentSet><item><instanceId>i-0123456789abcdef0</instanceId><status>attached</status></item></attachmentSet>";
const second =
  "<volumeId>vol-0123456789abcdef2</volumeId><availabilityZone>eu-west-1b</availabilityZone><status>in-use</status>";
const deviceOf = (id: string): string =>
  `<item><deviceName>/dev/${id}</deviceName><ebs><volumeId>${id}</volumeId></ebs></item>`;
const memberOf = (id: string): string =>
  `<item><snapshotId>snap-${id}</snapshotId><volumeId>${id}</volumeId><state>pending</state>
    <startTime>2026-11-23T12:00:00.000Z</startTime></item>`;
const group = ["vol-0123456789abcdef1", "vol-0123456789abcdef2"];
const volume =
  "<volumeId>vol-0123456789abcdef1</volumeId><availabilityZone>eu-west-1b</availabilityZone><status>available</status>";

const rightAnswers: Readonly<Record<string, string>> = {
  DescribeSnapshots: pageXml({
    Snapshots: [
      {
        SnapshotId: "snap-0123456789abcdef0",
        VolumeId: "vol-0123456789abcdef0",
        State: "completed",
        StartTime: new Date("2026-11-23T12:00:00Z"),
        VolumeSize: 8,
        Tags: [{ Key: "created-by", Value: "k8s-snapshots" }],
      },
    ],
    NextToken: "",
  }),
  DescribeVolumes: `<DescribeVolumesResponse><volumeSet><item>${volume}${attachments}</item><item>${second}${attachments}</item>
    </volumeSet></DescribeVolumesResponse>`,
  DescribeInstances: `<DescribeInstancesResponse><reservationSet><item><instancesSet><item>
    <instanceId>i-0123456789abcdef0</instanceId><blockDeviceMapping>${group.map(deviceOf).join("")}</blockDeviceMapping>
    </item></instancesSet></item></reservationSet></DescribeInstancesResponse>`,
  CreateSnapshots: `<CreateSnapshotsResponse><snapshotSet>${group.map(memberOf).join("")}</snapshotSet></CreateSnapshotsResponse>`,
  CreateSnapshot:
    "<CreateSnapshotResponse><snapshotId>snap-0123456789abcdef0</snapshotId><volumeId>vol-0123456789abcdef0</volumeId>" +
    "<status>pending</status><startTime>2026-11-23T12:00:00.000Z</startTime></CreateSnapshotResponse>",
  DeleteSnapshot: "<DeleteSnapshotResponse><return>true</return></DeleteSnapshotResponse>",
  CreateTags: "<CreateTagsResponse><return>true</return></CreateTagsResponse>",
  CreateVolume: `<CreateVolumeResponse>${volume}</CreateVolumeResponse>`,
};

function errorXml(code: string, message: string): string {
  return `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>1</RequestID></Response>`;
}

/** Mostly not. */
function mutate(body: string, random: Random): string {
  if (body === "" || random() < 0.6) return body;
  const at = Math.floor(random() * body.length);
  const fate = random();
  if (fate < 0.3) return body.slice(0, at);
  if (fate < 0.6) return body.slice(0, at) + body.slice(at + Math.ceil(random() * 20));
  if (fate < 0.8) return body.slice(0, at) + String.fromCharCode(Math.floor(random() * 300)) + body.slice(at + 1);
  return body.slice(0, at) + body.slice(Math.floor(random() * body.length));
}
