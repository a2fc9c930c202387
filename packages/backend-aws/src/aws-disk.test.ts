import type { PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { describe, expect, test } from "vitest";
import { diskOfSpec, volumeOf } from "./aws-disk.ts";
import { parseCsiDrivers } from "./ebs-drivers.ts";

const id = "vol-0123456789abcdef0";
const drivers = parseCsiDrivers("ebs.csi.example.com");
const inTree = (volumeID: string): PersistentVolumeView["spec"] => ({ awsElasticBlockStore: { volumeID } });
const volume = (spec: PersistentVolumeView["spec"]): PersistentVolumeView => ({ metadata: { name: "data" }, spec });

describe("aws-1: the volume of a driver", () => {
  test.each(["ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com", "ebs.csi.example.com"])("%s, by its handle", (driver) => {
    expect(volumeOf(volume({ csi: { driver, volumeHandle: id } }), drivers)).toEqual({ id, region: undefined });
  });

  test.each(["ebs.csi.elsewhere.com", "EBS.csi.aws.com", "efs.csi.aws.com"])("%s is not of EBS", (driver) => {
    expect(volumeOf(volume({ csi: { driver, volumeHandle: id } }), drivers)).toBeUndefined();
  });
});

describe("the id of an in-tree volume", () => {
  test.each<[string, string, string | undefined]>([
    ["with a zone", `aws://eu-west-1a/${id}`, "eu-west-1"],
    ["aws-6: with a slash at its end", `aws://eu-west-1a/${id}/`, "eu-west-1"],
    ["aws-6: with several slashes", `aws://eu-west-1a//${id}//`, "eu-west-1"],
    ["with a local zone", `aws://us-west-2-lax-1a/${id}`, "us-west-2"],
    ["with a Wavelength zone", `aws://us-east-1-wl1-bos-wlz-1/${id}`, "us-east-1"],
    ["with a zone of GovCloud", `aws://us-gov-west-1b/${id}`, "us-gov-west-1"],
    ["without a zone", `aws:///${id}`, undefined],
    ["alone", id, undefined],
    ["aws-6: alone, with slashes", `/${id}/`, undefined],
  ])("%s", (_, volumeID, region) => {
    expect(volumeOf(volume(inTree(volumeID)), drivers)).toEqual({ id, region });
  });

  test.each([
    ["of no volume", "volume-1"],
    ["with an unknown zone", `aws://nowhere/${id}`],
    ["aws-6: with a zone's id", `aws://euw1-az1/${id}`],
    ["aws-6: with a region for a zone", `aws://eu-west-1/${id}`],
    ["aws-6: with blanks around", ` ${id} `],
    ["aws-6: with a line's end", `aws://eu-west-1a/${id}\n`],
    ["aws-6: in capitals", id.toUpperCase()],
    ["aws-6: with capitals in it", "vol-0123456789ABCDEF0"],
    ["aws-6: with a zone in capitals", `aws://EU-WEST-1A/${id}`],
    ["aws-6: with the scheme in capitals", `AWS://eu-west-1a/${id}`],
    ["of another length", "vol-0123456789abcdef"],
    ["that is empty", ""],
    ["with a path", `aws://eu-west-1a/other/${id}`],
  ])("%s is refused, and named", (_, volumeID) => {
    expect(() => volumeOf(volume(inTree(volumeID)), drivers)).toThrow(
      expect.objectContaining({
        code: "invalid",
        message: expect.stringMatching(/^volume data: spec\.awsElasticBlockStore\.volumeID must .*, but (?:is|has) "/),
      }),
    );
  });
});

describe("a rule's disk", () => {
  test.each([id, `aws://eu-west-1a/${id}`, `aws:///${id}/`])("is %s in its region", (volumeId) => {
    expect(diskOfSpec({ region: "eu-west-1", volumeId })).toEqual({ location: "eu-west-1", id });
  });

  test.each<[string, Record<string, unknown>]>([
    ["spec.disk.zone", { region: "eu-west-1", volumeId: id, zone: "eu-west-1a" }],
    ["spec.disk.region", { volumeId: id }],
    ["spec.disk.region", { region: "eu-west-1a", volumeId: id }],
    ["spec.disk.volumeId", { region: "eu-west-1" }],
    ["spec.disk.volumeId", { region: "eu-west-1", volumeId: 1 }],
    ["spec.disk.volumeId lies in eu-west-1", { region: "us-east-1", volumeId: `aws://eu-west-1a/${id}` }],
  ])("%s is invalid in %j", (mentions, spec) => {
    expect(() => diskOfSpec(spec)).toThrow(
      expect.objectContaining({ code: "invalid", message: expect.stringContaining(mentions) }),
    );
  });
});
