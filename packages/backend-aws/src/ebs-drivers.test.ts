import { mayOwnVolume, type PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { describe, expect, test } from "vitest";
import { parseCsiDrivers } from "./ebs-drivers.ts";
import { manifest } from "./manifest.ts";

const csi = (driver: string): PersistentVolumeView => ({
  metadata: { name: "data" },
  spec: { csi: { driver, volumeHandle: "vol-0123456789abcdef0" } },
});
const inTree: PersistentVolumeView = {
  metadata: { name: "data" },
  spec: { awsElasticBlockStore: { volumeID: "vol-0123456789abcdef0" } },
};

describe("aws-1: which volumes may be of EBS", () => {
  test.each<[string, PersistentVolumeView, string, boolean]>([
    ["in-tree ones", inTree, "", true],
    ["those of the driver", csi("ebs.csi.aws.com"), "", true],
    ["those of EKS Auto Mode", csi("ebs.csi.eks.amazonaws.com"), "", true],
    ["those of a driver that is set", csi("ebs.csi.example.com"), "other.example.com, ebs.csi.example.com", true],
    ["those of the driver, whatever is set", csi("ebs.csi.aws.com"), "ebs.csi.example.com", true],
    ["not those of others", csi("efs.csi.aws.com"), "ebs.csi.example.com", false],
    ["not those of a name that holds another", csi("csi.example.com"), "ebs.csi.example.com", false],
    ["not those without a driver", csi(""), "ebs.csi.example.com", false],
  ])("%s", (_, volume, AWS_CSI_DRIVERS, expected) => {
    expect(mayOwnVolume(manifest, volume, { AWS_CSI_DRIVERS })).toBe(expected);
  });

  test("no volume's source, no error", () => {
    expect(mayOwnVolume(manifest, { metadata: { name: "data" }, spec: {} })).toBe(false);
  });
});

test("aws-1: further drivers come after the known ones, each once", () => {
  expect(parseCsiDrivers(undefined)).toEqual(["ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com"]);
  expect(parseCsiDrivers("EBS.example.com, ebs.csi.aws.com")).toEqual([
    "ebs.csi.aws.com",
    "ebs.csi.eks.amazonaws.com",
    "EBS.example.com",
  ]);
});

test.each([",", "a,", "a,,b", "a b", "-a", "a.", "a/b", "a".repeat(64), " "])(
  "aws-1: AWS_CSI_DRIVERS=%j is refused in one line that names it",
  (text) => {
    expect(() => parseCsiDrivers(text)).toThrow(/^AWS_CSI_DRIVERS must be .*$/);
  },
);
