import { DescribeVolumesCommand } from "@aws-sdk/client-ec2";
import fc from "fast-check";
import { expect, test } from "vitest";
import { wholeCount } from "../../../test-support/whole-count.ts";
import { answeringClient } from "../test/answering-client.ts";
import { escapeText } from "../test/snapshot-xml.ts";
import type { Ec2Volume, Ec2VolumePage } from "./ec2-api.ts";
import { readVolumePage } from "./volume-page.ts";

const text = fc.oneof(fc.string({ maxLength: 20, unit: "grapheme" }), fc.constantFrom("a & <b>", "\n", "😀"));
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });
const attachment = fc.record({
  InstanceId: optional(text),
  State: optional(fc.constantFrom("attaching", "attached", "busy", "melting")),
});
const volume = fc.record({
  VolumeId: optional(text),
  AvailabilityZone: optional(text),
  State: optional(fc.constantFrom("creating", "available", "in-use", "error", "melting")),
  Encrypted: optional(fc.boolean()),
  KmsKeyId: optional(text),
  OutpostArn: optional(text),
  Attachments: optional(fc.array(attachment, { maxLength: 3 })),
});
const page = fc.record({ Volumes: optional(fc.array(volume, { maxLength: 5 })), NextToken: optional(text) });

test("a page of volumes is read as the SDK does", async () => {
  await fc.assert(
    fc.asyncProperty(page, async (written) => {
      const xml = pageXml(written);
      const { Volumes, NextToken } = await answeringClient(xml).send(new DescribeVolumesCommand({}));
      expect(readVolumePage(xml)).toEqual({ Volumes: Volumes?.map(pick), NextToken });
    }),
    { numRuns: wholeCount(500, 100) },
  );
});

test.each([
  "<DescribeSnapshotsResponse/>",
  "<DescribeVolumesResponse><volumeSet>",
  "<DescribeVolumesResponse><volumeSet/><volumeSet/></DescribeVolumesResponse>",
  "<DescribeVolumesResponse><volumeSet><item><status>a</status><status>b</status></item></volumeSet></DescribeVolumesResponse>",
])("%s is refused", (xml) => {
  expect(() => readVolumePage(xml)).toThrow(expect.objectContaining({ name: "XmlError" }));
});

function pick(volume: Ec2Volume): Ec2Volume {
  const { VolumeId, AvailabilityZone, State, Encrypted, KmsKeyId, OutpostArn, Attachments } = volume;
  const attachments = Attachments?.map(({ InstanceId, State: state }) => ({ InstanceId, State: state }));
  return { VolumeId, AvailabilityZone, State, Encrypted, KmsKeyId, OutpostArn, Attachments: attachments };
}

/** With attachments, whose `status` and `volumeId` are not the volume's. */
function pageXml({ Volumes, NextToken }: Ec2VolumePage): string {
  const items = Volumes?.map(
    ({ VolumeId, AvailabilityZone, State, Encrypted, KmsKeyId, OutpostArn, Attachments }) =>
      `<item>${element("volumeId", VolumeId)}${attachmentsXml(Attachments)}${element("availabilityZone", AvailabilityZone)}
        ${element("status", State)}${element("encrypted", Encrypted)}${element("kmsKeyId", KmsKeyId)}
        ${element("outpostArn", OutpostArn)}<size>8</size></item>`,
  );
  const set = items === undefined ? "" : `<volumeSet>${items.join("\n")}</volumeSet>`;
  return `<DescribeVolumesResponse>${set}${element("nextToken", NextToken)}</DescribeVolumesResponse>`;
}

function attachmentsXml(attachments: Ec2Volume["Attachments"]): string {
  const items = attachments?.map(
    ({ InstanceId, State }) =>
      `<item><volumeId>vol-1</volumeId>${element("instanceId", InstanceId)}${element("status", State)}</item>`,
  );
  return items === undefined ? "" : `<attachmentSet>${items.join("")}</attachmentSet>`;
}

function element(name: string, value: string | boolean | undefined): string {
  return value === undefined ? "" : `<${name}>${escapeText(String(value))}</${name}>`;
}
