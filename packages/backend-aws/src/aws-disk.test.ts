import type { PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { describe, expect, test } from "vitest";
import { diskOfSpec, volumeOf } from "./aws-disk.ts";

const id = "vol-0123456789abcdef0";
const inAffinity = (key: string, ...values: string[]): object => ({
  nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values }] }] } },
});
const volume = (spec: object, labels: Record<string, string> = {}): PersistentVolumeView => ({
  metadata: { name: "data", labels },
  spec: spec as PersistentVolumeView["spec"],
});
const csi = { csi: { driver: "ebs.csi.aws.com", volumeHandle: id } };
const inTree = (volumeID: string): object => ({ awsElasticBlockStore: { volumeID } });

describe("the volume behind a PersistentVolume", () => {
  test.each<[string, PersistentVolumeView, string | undefined]>([
    ["zone in the id", volume(inTree(`aws://eu-west-1a/${id}`)), "eu-west-1"],
    ["a local zone in the id", volume(inTree(`aws://us-west-2-lax-1a/${id}`)), "us-west-2"],
    ["a Wavelength zone in the id", volume(inTree(`aws://us-east-1-wl1-bos-wlz-1/${id}`)), "us-east-1"],
    ["GovCloud", volume(inTree(`aws://us-gov-west-1b/${id}`)), "us-gov-west-1"],
    ["no zone in the id", volume(inTree(`aws:///${id}`)), undefined],
    ["the bare id", volume(inTree(id)), undefined],
    ["the old region label", volume(csi, { "failure-domain.beta.kubernetes.io/region": "eu-west-1" }), "eu-west-1"],
    ["the region label", volume(csi, { "topology.kubernetes.io/region": "eu-west-1" }), "eu-west-1"],
    [
      "a region in the affinity",
      volume({ ...csi, ...inAffinity("topology.kubernetes.io/region", "eu-west-1") }),
      "eu-west-1",
    ],
    [
      "the driver's zone",
      volume({ ...csi, ...inAffinity("topology.ebs.csi.aws.com/zone", "eu-west-1a") }),
      "eu-west-1",
    ],
    [
      "two zones of a region",
      volume({ ...csi, ...inAffinity("topology.kubernetes.io/zone", "eu-west-1a", "eu-west-1b") }),
      "eu-west-1",
    ],
  ])("%s", (_, view, region) => {
    expect(volumeOf(view)).toEqual({ id, region });
  });

  test.each<[string, PersistentVolumeView, string]>([
    ["a malformed id", volume(inTree("volume-1")), "spec.awsElasticBlockStore.volumeID"],
    ["a malformed zone", volume(inTree(`aws://nowhere/${id}`)), "spec.awsElasticBlockStore.volumeID"],
    ["a malformed label", volume(csi, { "topology.kubernetes.io/region": "Ireland" }), "topology.kubernetes.io/region"],
    [
      "several regions",
      volume({ ...csi, ...inAffinity("topology.kubernetes.io/zone", "eu-west-1a", "us-east-1a") }),
      "several",
    ],
  ])("%s is invalid, and named", (_, view, mentions) => {
    expect(() => volumeOf(view)).toThrow(
      expect.objectContaining({ code: "invalid", message: expect.stringContaining(mentions) }),
    );
  });
});

test("a rule's volumeId in another region is invalid", () => {
  expect(() => diskOfSpec({ region: "us-east-1", volumeId: `aws://eu-west-1a/${id}` })).toThrow("spec.disk.volumeId");
});
