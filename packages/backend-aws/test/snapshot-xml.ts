import type { Ec2Snapshot, Ec2SnapshotPage } from "../src/ec2-api.ts";

/** How a page is written: EC2's own way, or any other that means the same. */
export interface XmlStyle {
  /** Between elements. */
  readonly blank: string;
  readonly text: (value: string) => string;
  /** Elements that nobody reads, at the end of each that holds elements. */
  readonly others: string;
}

export const ec2Style: XmlStyle = { blank: "\n    ", text: escapeText, others: "" };

/** Some of the elements of a snapshot that this package does not read. */
export const unreadElements =
  "<progress>100%</progress><ownerId>123456789012</ownerId><encrypted>true</encrypted><storageTier>standard</storageTier>" +
  "<kmsKeyId>arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab</kmsKeyId>" +
  "<restorableUserIds><item><userId>x</userId></item></restorableUserIds><sseType>sse-ebs</sseType>";

/** DescribeSnapshots' answer. */
export function pageXml({ Snapshots, NextToken }: Ec2SnapshotPage, style: XmlStyle = ec2Style): string {
  const parts = [
    element("requestId", "59dbff89-35bd-4eac-99ed-be587EXAMPLE", style),
    ...(Snapshots === undefined
      ? []
      : [
          `<snapshotSet>${join(
            Snapshots.map((each) => item(each, style)),
            style,
          )}</snapshotSet>`,
        ]),
    ...(NextToken === undefined ? [] : [element("nextToken", NextToken, style)]),
  ];
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<DescribeSnapshotsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${join(parts, style)}</DescribeSnapshotsResponse>\n`
  );
}

export function escapeText(value: string): string {
  return value.replace(/[&<>]/g, (character) => `&${{ "&": "amp", "<": "lt", ">": "gt" }[character]};`);
}

function item(snapshot: Ec2Snapshot, style: XmlStyle): string {
  const { SnapshotId, VolumeId, State, StateMessage, StartTime, Description, VolumeSize, Tags } = snapshot;
  const texts = {
    snapshotId: SnapshotId,
    volumeId: VolumeId,
    status: State,
    statusMessage: StateMessage,
    startTime: StartTime?.toISOString(),
    description: Description,
    volumeSize: VolumeSize === undefined ? undefined : String(VolumeSize),
  };
  const parts = Object.entries(texts).flatMap(([name, value]) =>
    value === undefined ? [] : [element(name, value, style)],
  );
  const tags = Tags?.map(({ Key, Value }) => {
    const both = [
      ...(Key === undefined ? [] : [element("key", Key, style)]),
      ...(Value === undefined ? [] : [element("value", Value, style)]),
    ];
    return `<item>${join(both, style)}</item>`;
  });
  return `<item>${join([...parts, ...(tags ? [`<tagSet>${join(tags, style)}</tagSet>`] : [])], style)}</item>`;
}

function element(name: string, value: string, { text }: XmlStyle): string {
  return value === "" ? `<${name}/>` : `<${name}>${text(value)}</${name}>`;
}

function join(parts: readonly string[], { blank, others }: XmlStyle): string {
  return `${[...parts, others].map((part) => blank + part).join("")}${blank}`;
}
