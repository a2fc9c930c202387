import type { Ec2Snapshot, Ec2SnapshotPage, Ec2Tag } from "./ec2-api.ts";
import { set } from "./xml-fields.ts";
import { XmlError, XmlReader } from "./xml-reader.ts";

/**
 * A page of DescribeSnapshots, read while its snapshots are taken from it, so that each can be forgotten before the next one
 * is read: a page of a thousand is sixty thousand objects. What is malformed is found out when the reading comes to it, at the
 * latest when all were taken.
 *
 * Read are the fields that {@link Ec2SnapshotPage} has. The SDK reads all of them, which takes eight times as long, and refuses
 * a list for one date that it cannot read; here that is an invalid `Date`.
 *
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html}
 */
export class SnapshotPageReader {
  readonly #xml: XmlReader;
  readonly #others: Pick<Ec2SnapshotPage, "NextToken"> = {};
  #hasSnapshots = false;

  constructor(text: string | Iterator<string>) {
    this.#xml = new XmlReader(text);
  }

  /** Whether there was a list of snapshots, if only an empty one. Known once all were taken. */
  get hasSnapshots(): boolean {
    return this.#hasSnapshots;
  }

  /** Known once all snapshots were taken. */
  get nextToken(): string | undefined {
    return this.#others.NextToken;
  }

  /**
   * Once.
   *
   * @throws {XmlError} if it is no such answer, not well-formed, or has a field twice.
   */
  *snapshots(): Generator<Ec2Snapshot, void> {
    const xml = this.#xml;
    const root = xml.root();
    if (root !== "DescribeSnapshotsResponse") throw new XmlError(`its root element is ${root.slice(0, 100)}`);
    for (let name = xml.child(); name !== undefined; name = xml.child()) {
      if (name === "snapshotSet") yield* this.#items(xml);
      else if (name === "nextToken") set(this.#others, "NextToken", xml.text());
      else xml.skip();
    }
    xml.end();
  }

  *#items(xml: XmlReader): Generator<Ec2Snapshot, void> {
    if (this.#hasSnapshots) throw new XmlError("it has Snapshots twice");
    this.#hasSnapshots = true;
    for (let name = xml.child(); name !== undefined; name = xml.child()) {
      if (name === "item") yield readSnapshot(xml);
      else xml.skip();
    }
  }
}

/**
 * The whole page at once.
 *
 * @throws {XmlError} see {@link SnapshotPageReader.snapshots}
 */
export function readSnapshotPage(text: string): Ec2SnapshotPage {
  const reader = new SnapshotPageReader(text);
  const snapshots = [...reader.snapshots()];
  return {
    ...(reader.hasSnapshots && { Snapshots: snapshots }),
    ...(reader.nextToken !== undefined && { NextToken: reader.nextToken }),
  };
}

/** As EC2 writes it: `2026-11-23T12:00:00.000Z`. */
const datePattern = /^\d{4}-\d{2}-(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

// Without closures, and each object with all its fields from the start: this is most of what a list costs.

function readSnapshot(xml: XmlReader): Ec2Snapshot {
  // First as EC2 writes it. However else it may be written is read below.
  const snapshot: Ec2Snapshot = {
    SnapshotId: xml.leaf("snapshotId"),
    VolumeId: xml.leaf("volumeId"),
    State: xml.leaf("status"),
    StartTime: undefined,
    StateMessage: undefined,
    Description: undefined,
    VolumeSize: undefined,
    Tags: undefined,
  };
  const startTime = xml.leaf("startTime");
  if (startTime !== undefined) snapshot.StartTime = parseDate(startTime);
  for (let name = xml.child(); name !== undefined; name = xml.child()) {
    if (name === "snapshotId") set(snapshot, "SnapshotId", xml.text());
    else if (name === "volumeId") set(snapshot, "VolumeId", xml.text());
    else if (name === "status") set(snapshot, "State", xml.text());
    else if (name === "statusMessage") set(snapshot, "StateMessage", xml.text());
    else if (name === "description") set(snapshot, "Description", xml.text());
    else if (name === "startTime") set(snapshot, "StartTime", parseDate(xml.text()));
    else if (name === "volumeSize") set(snapshot, "VolumeSize", Number(xml.text()));
    else if (name === "tagSet") set(snapshot, "Tags", readTags(xml));
    else xml.skip();
  }
  return snapshot;
}

function readTags(xml: XmlReader): Ec2Tag[] {
  const tags: Ec2Tag[] = [];
  for (let name = xml.child(); name !== undefined; name = xml.child()) {
    if (name === "item") tags.push(readTag(xml));
    else xml.skip();
  }
  return tags;
}

function readTag(xml: XmlReader): Ec2Tag {
  // As EC2 writes it. However else it may be written is read below.
  const Key = xml.leaf("key");
  const Value = Key === undefined ? undefined : xml.leaf("value");
  const tag: Ec2Tag = { Key, Value };
  for (let name = xml.child(); name !== undefined; name = xml.child()) {
    if (name === "key") set(tag, "Key", xml.text());
    else if (name === "value") set(tag, "Value", xml.text());
    else xml.skip();
  }
  return tag;
}

/** Days that each month has need no look at the calendar. */
const SHORTEST_MONTH = 28;

/** Invalid if it cannot be read, or names a day that there is not. */
function parseDate(text: string): Date {
  const day = Number(datePattern.exec(text)?.[1]);
  const isDay = day <= SHORTEST_MONTH || new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === day;
  return new Date(isDay ? text : Number.NaN);
}
