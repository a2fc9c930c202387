/**
 * EC2's snapshots of so many volumes, as fast as one process can write them, and in one of its own: `fork`ed with the
 * options below as JSON, it sends its URL, and what it was asked for whenever a message comes.
 *
 * What is there is as a schedule of `PT1H P1D P7D P30D` leaves it, and is listed in the order in which it was made, that is,
 * each page has snapshots of many volumes. One that is made is pending for a while.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { CLUSTER_LABEL, type Labels } from "@k8s-snapshots/backend-api";
import { labelsOfRequest } from "@k8s-snapshots/scheduler/testing";
import { namespaceOf, REGION, SCHEDULE, volumeId } from "./cluster-objects.ts";

export interface Ec2Options {
  readonly disks: number;
  /** Of each disk but the last, which has none, so that its first one is due at once. */
  readonly snapshots: number;
  readonly clusterId: string;
  /** For how long one that is made is pending. */
  readonly pendingMs: number;
}

/** By action; those of single snapshots apart. */
export type CallCounts = Readonly<Record<string, number>>;

interface Made {
  readonly id: string;
  readonly volume: string;
  readonly startedAt: number;
  readonly tags: Labels;
}

const options = JSON.parse(process.argv[2] as string) as Ec2Options;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Of ids, and what makes them look drawn, and positions of them again. */
const RANGE = 16n ** 17n;
const FACTOR = 0x9e3779b97f4a7c15fn;
const INVERSE = inverseOf(FACTOR);
/** The newest ones of all disks are spread over so much, and none is due for the rest of an hour. */
const SPREAD = HOUR / 2;
const begun = Date.now();
const ages = agesOf(options.snapshots);
const old = (options.disks - 1) * options.snapshots;
const made: Made[] = [];
const gone = new Set<string>();
const calls = new Map<string, number>();

const server = createServer(async (request, response) => {
  const query = new URLSearchParams(await text(request));
  const action = query.get("Action") ?? "";
  const isRead = action === "DescribeSnapshots" && query.has("SnapshotId.1");
  const kind = isRead ? "DescribeSnapshots (one)" : action;
  calls.set(kind, (calls.get(kind) ?? 0) + 1);
  response.setHeader("content-type", "text/xml;charset=UTF-8");
  response.end(
    `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">` +
      `<requestId>00000000-0000-0000-0000-000000000000</requestId>${answer(action, query)}</${action}Response>`,
  );
});

function answer(action: string, query: URLSearchParams): string {
  if (action === "DescribeSnapshots") return describe(query);
  if (action === "CreateSnapshot") return create(query);
  if (action === "DeleteSnapshot") {
    gone.add(query.get("SnapshotId") ?? "");
    return "<return>true</return>";
  }
  return "";
}

function describe(query: URLSearchParams): string {
  const wanted = query.get("SnapshotId.1");
  if (wanted !== null) return `<snapshotSet>${gone.has(wanted) ? "" : itemOf(positionOf(wanted))}</snapshotSet>`;
  const from = Number(query.get("NextToken") ?? 0);
  const to = Math.min(from + Number(query.get("MaxResults") ?? 1_000), old + made.length);
  let items = "";
  for (let position = from; position < to; position++) items += itemOf(position);
  return `<snapshotSet>${items}</snapshotSet>${to < old + made.length ? `<nextToken>${to}</nextToken>` : ""}`;
}

function create(query: URLSearchParams): string {
  const tags: Record<string, string> = {};
  for (let index = 1; query.has(`TagSpecification.1.Tag.${index}.Key`); index++) {
    const key = query.get(`TagSpecification.1.Tag.${index}.Key`) as string;
    tags[key] = query.get(`TagSpecification.1.Tag.${index}.Value`) ?? "";
  }
  const id = idOf(old + made.length);
  const snapshot = { id, volume: query.get("VolumeId") ?? "", startedAt: Date.now(), tags };
  made.push(snapshot);
  return fieldsOf(snapshot);
}

function itemOf(position: number): string {
  const id = idOf(position);
  if (gone.has(id)) return "";
  return `<item>${fieldsOf(position < old ? oldOne(position, id) : (made[position - old] as Made))}</item>`;
}

/** The oldest ones of all disks come first. */
function oldOne(position: number, id: string): Made {
  const disk = position % (options.disks - 1);
  const round = Math.floor(position / (options.disks - 1));
  const volume = volumeId(disk);
  const startedAt = begun - ((disk * 7919) % 10_007) * (SPREAD / 10_007) - (ages[ages.length - 1 - round] as number);
  const labels = labelsOfRequest({ location: REGION, id: volume }, startedAt, {
    schedule: SCHEDULE,
    // As the schedule's first snapshot said it: all that it made since carry the same.
    since: begun - 400 * DAY,
    held: options.snapshots,
    key: createHash("md5").update(`${disk} ${round}`).digest("hex"),
  });
  const tags = {
    Name: `${namespaceOf(disk)}-data-database-${disk}-281126-${round.toString().padStart(6, "0")}`,
    ...labels,
    [CLUSTER_LABEL]: options.clusterId,
    "k8s-snapshots/rule": `${namespaceOf(disk)}-data-database-${disk}`,
  };
  return { id, volume, startedAt, tags };
}

function fieldsOf({ id, volume, startedAt, tags }: Made): string {
  const isReady = Date.now() - startedAt > options.pendingMs;
  let tagSet = "";
  for (const key in tags) tagSet += `<item><key>${key}</key><value>${tags[key]}</value></item>`;
  return (
    `<snapshotId>${id}</snapshotId><volumeId>${volume}</volumeId><status>${isReady ? "completed" : "pending"}</status>` +
    `<startTime>${new Date(startedAt).toISOString()}</startTime><progress>${isReady ? 100 : 0}%</progress>` +
    `<ownerId>123456789012</ownerId><volumeSize>8</volumeSize><description>${tags["Name"]}</description>` +
    `<tagSet>${tagSet}</tagSet><encrypted>false</encrypted><storageTier>standard</storageTier><sseType>none</sseType>`
  );
}

/** As far apart as EC2's own: 17 digits of which no two have much in common. */
function idOf(position: number): string {
  return `snap-${((BigInt(position) * FACTOR) % RANGE).toString(16).padStart(17, "0")}`;
}

function positionOf(id: string): number {
  return Number((BigInt(`0x${id.slice(5)}`) * INVERSE) % RANGE);
}

/** Hourly ones, then daily, then weekly ones: as the schedule leaves them. */
function agesOf(count: number): readonly number[] {
  const hours = Array.from({ length: 25 }, (_, index) => index * HOUR);
  const days = [1, 2, 3, 4, 5, 6].map((day) => day * DAY + 12 * HOUR);
  const weeks = [1, 2, 3, 4].map((week) => week * 7 * DAY + DAY);
  return [...hours, ...days, ...weeks].slice(0, count);
}

process.on("message", () => process.send?.(Object.fromEntries(calls)));
process.on("disconnect", () => process.exit());
server.listen(0, "127.0.0.1", () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

/** By which a product has to be multiplied to undo the multiplication by an odd number. */
function inverseOf(factor: bigint): bigint {
  let inverse = 1n;
  // Each step doubles the number of digits that are right.
  for (let step = 0; step < 7; step++) inverse = (((inverse * (2n - factor * inverse)) % RANGE) + RANGE) % RANGE;
  return inverse;
}
