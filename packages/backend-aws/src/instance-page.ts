import type { Ec2Device, Ec2Instance, Ec2InstancePage } from "./ec2-api.ts";
import { readChildren, readItems, readRoot, set } from "./xml-fields.ts";
import type { XmlReader } from "./xml-reader.ts";

/**
 * Reads DescribeInstances' answer into the fields that {@link Ec2InstancePage} has, as `readSnapshotPage` does.
 *
 * @throws {XmlError} if it is no such answer, not well-formed, or has a field twice.
 * @see {@link https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html}
 */
export function readInstancePage(text: string): Ec2InstancePage {
  const page: Ec2InstancePage = {};
  readRoot(text, "DescribeInstancesResponse", (xml, name) => {
    if (name === "reservationSet") set(page, "Instances", readItems(xml, readReservation).flat());
    else xml.skip();
  });
  return page;
}

function readReservation(xml: XmlReader): Ec2Instance[] {
  const instances: Ec2Instance[] = [];
  readChildren(xml, (name) => {
    if (name === "instancesSet") instances.push(...readItems(xml, readInstance));
    else xml.skip();
  });
  return instances;
}

function readInstance(xml: XmlReader): Ec2Instance {
  const instance: Ec2Instance = {};
  readChildren(xml, (name) => {
    if (name === "instanceId") set(instance, "InstanceId", xml.text());
    else if (name === "rootDeviceName") set(instance, "RootDeviceName", xml.text());
    else if (name === "blockDeviceMapping") set(instance, "Devices", readItems(xml, readDevice));
    else xml.skip();
  });
  return instance;
}

function readDevice(xml: XmlReader): Ec2Device {
  const device: Ec2Device = {};
  readChildren(xml, (name) => {
    if (name === "deviceName") set(device, "DeviceName", xml.text());
    else if (name === "ebs") readEbs(xml, device);
    else xml.skip();
  });
  return device;
}

function readEbs(xml: XmlReader, device: Ec2Device): void {
  readChildren(xml, (name) => {
    if (name === "volumeId") set(device, "VolumeId", xml.text());
    else xml.skip();
  });
}
