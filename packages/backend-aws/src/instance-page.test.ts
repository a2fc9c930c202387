import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import fc from "fast-check";
import { expect, test } from "vitest";
import { wholeCount } from "../../../test-support/whole-count.ts";
import { answeringClient } from "../test/answering-client.ts";
import { escapeText } from "../test/snapshot-xml.ts";
import type { Ec2Device, Ec2Instance } from "./ec2-api.ts";
import { readInstancePage } from "./instance-page.ts";

const text = fc.oneof(fc.string({ maxLength: 20, unit: "grapheme" }), fc.constantFrom("a & <b>", "/dev/xvda"));
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(values, { nil: undefined });
const instance = fc.record({
  InstanceId: optional(text),
  RootDeviceName: optional(text),
  Devices: optional(fc.array(fc.record({ DeviceName: optional(text), VolumeId: optional(text) }), { maxLength: 4 })),
});
const reservations = fc.array(fc.array(instance, { maxLength: 3 }), { maxLength: 3 });

test("instances are read as the SDK does", async () => {
  await fc.assert(
    fc.asyncProperty(reservations, async (written) => {
      const xml = pageXml(written);
      const { Reservations } = await answeringClient(xml).send(new DescribeInstancesCommand({}));
      const expected = Reservations?.flatMap(({ Instances = [] }) =>
        Instances.map(({ InstanceId, RootDeviceName, BlockDeviceMappings }) => ({
          InstanceId,
          RootDeviceName,
          Devices: BlockDeviceMappings?.map(({ DeviceName, Ebs }) => ({ DeviceName, VolumeId: Ebs?.VolumeId })),
        })),
      );
      expect(readInstancePage(xml)).toEqual({ Instances: expected });
    }),
    { numRuns: wholeCount(500, 100) },
  );
});

test.each([
  "<DescribeVolumesResponse/>",
  "<DescribeInstancesResponse><reservationSet>",
  "<DescribeInstancesResponse><reservationSet/><reservationSet/></DescribeInstancesResponse>",
])("%s is refused", (xml) => {
  expect(() => readInstancePage(xml)).toThrow(expect.objectContaining({ name: "XmlError" }));
});

function pageXml(written: readonly (readonly Ec2Instance[])[]): string {
  const items = written.map(
    (instances) =>
      `<item><reservationId>r-1</reservationId><instancesSet>${instances.map(instanceXml).join("")}</instancesSet></item>`,
  );
  return `<DescribeInstancesResponse><reservationSet>${items.join("")}</reservationSet></DescribeInstancesResponse>`;
}

function instanceXml({ InstanceId, RootDeviceName, Devices }: Ec2Instance): string {
  const devices =
    Devices === undefined ? "" : `<blockDeviceMapping>${Devices.map(deviceXml).join("")}</blockDeviceMapping>`;
  return `<item>${element("instanceId", InstanceId)}${devices}${element("rootDeviceName", RootDeviceName)}
    <placement><groupName/></placement></item>`;
}

function deviceXml({ DeviceName, VolumeId }: Ec2Device): string {
  return `<item>${element("deviceName", DeviceName)}<ebs>${element("volumeId", VolumeId)}<status>attached</status></ebs></item>`;
}

function element(name: string, value: string | undefined): string {
  return value === undefined ? "" : `<${name}>${escapeText(value)}</${name}>`;
}
