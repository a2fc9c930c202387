import type { Ec2Attachment, Ec2Volume, Ec2VolumePage } from "./ec2-api.ts";
import { readChildren, readItems, readRoot, set } from "./xml-fields.ts";
import type { XmlReader } from "./xml-reader.ts";

/**
 * Reads DescribeVolumes' answer into the fields that {@link Ec2VolumePage} has, as `readSnapshotPage` does.
 *
 * @throws {XmlError} if it is no such answer, not well-formed, or has a field twice.
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html}
 */
export function readVolumePage(text: string): Ec2VolumePage {
  const page: Ec2VolumePage = {};
  readRoot(text, "DescribeVolumesResponse", (xml, name) => {
    if (name === "volumeSet") set(page, "Volumes", readItems(xml, readVolume));
    else if (name === "nextToken") set(page, "NextToken", xml.text());
    else xml.skip();
  });
  return page;
}

function readVolume(xml: XmlReader): Ec2Volume {
  const volume: Ec2Volume = {};
  readChildren(xml, (name) => {
    if (name === "volumeId") set(volume, "VolumeId", xml.text());
    else if (name === "availabilityZone") set(volume, "AvailabilityZone", xml.text());
    else if (name === "status") set(volume, "State", xml.text());
    else if (name === "encrypted") set(volume, "Encrypted", xml.text().toLowerCase() === "true");
    else if (name === "kmsKeyId") set(volume, "KmsKeyId", xml.text());
    else if (name === "outpostArn") set(volume, "OutpostArn", xml.text());
    else if (name === "attachmentSet") set(volume, "Attachments", readItems(xml, readAttachment));
    else xml.skip();
  });
  return volume;
}

function readAttachment(xml: XmlReader): Ec2Attachment {
  const attachment: Ec2Attachment = {};
  readChildren(xml, (name) => {
    if (name === "instanceId") set(attachment, "InstanceId", xml.text());
    else if (name === "status") set(attachment, "State", xml.text());
    else xml.skip();
  });
  return attachment;
}
