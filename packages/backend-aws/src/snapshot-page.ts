import type { Ec2Snapshot, Ec2SnapshotPage, Ec2Tag } from "./ec2-api.ts";
import { readChildren, readItems, readRoot, set } from "./xml-fields.ts";
import type { XmlReader } from "./xml-reader.ts";

/** As EC2 writes it: `2026-11-23T12:00:00.000Z`. */
const datePattern = /^\d{4}-\d{2}-(\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads DescribeSnapshots' answer into the fields that {@link Ec2SnapshotPage} has. The SDK reads all of them, which takes
 * eight times as long, and refuses a list for one date that it cannot read; here that is an invalid `Date`.
 *
 * @throws {XmlError} if it is no such answer, not well-formed, or has a field twice.
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html}
 */
export function readSnapshotPage(text: string): Ec2SnapshotPage {
  const page: Ec2SnapshotPage = {};
  readRoot(text, "DescribeSnapshotsResponse", (xml, name) => {
    if (name === "snapshotSet") set(page, "Snapshots", readItems(xml, readSnapshot));
    else if (name === "nextToken") set(page, "NextToken", xml.text());
    else xml.skip();
  });
  return page;
}

/** Where each of EC2's texts goes. */
const textFields: Readonly<Record<string, "SnapshotId" | "VolumeId" | "State" | "StateMessage" | "Description">> = {
  snapshotId: "SnapshotId",
  volumeId: "VolumeId",
  status: "State",
  statusMessage: "StateMessage",
  description: "Description",
};

function readSnapshot(xml: XmlReader): Ec2Snapshot {
  const snapshot: Ec2Snapshot = {};
  readChildren(xml, (name) => {
    const field = Object.hasOwn(textFields, name) ? textFields[name] : undefined;
    if (field !== undefined) set(snapshot, field, xml.text());
    else if (name === "startTime") set(snapshot, "StartTime", parseDate(xml.text()));
    else if (name === "volumeSize") set(snapshot, "VolumeSize", Number(xml.text()));
    else if (name === "tagSet") set(snapshot, "Tags", readItems(xml, readTag));
    else xml.skip();
  });
  return snapshot;
}

function readTag(xml: XmlReader): Ec2Tag {
  const tag: Ec2Tag = {};
  readChildren(xml, (name) => {
    if (name === "key") set(tag, "Key", xml.text());
    else if (name === "value") set(tag, "Value", xml.text());
    else xml.skip();
  });
  return tag;
}

/** Invalid if it cannot be read, or names a day that there is not. */
function parseDate(text: string): Date {
  const day = Number(datePattern.exec(text)?.[1]);
  const isDay = new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === day;
  return new Date(isDay ? text : Number.NaN);
}
