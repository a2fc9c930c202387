import type { PersistentVolumeView } from "@k8s-snapshots/backend-api";
import { describe, expect, test } from "vitest";
import { volumeOf } from "./aws-disk.ts";
import { parseCsiDrivers } from "./ebs-drivers.ts";

const id = "vol-0123456789abcdef0";
const drivers = parseCsiDrivers("ebs.csi.example.com");

/** One place of a volume that says a region, and how it is called in messages. */
interface Source {
  readonly field: string;
  /** Adds to a volume what says this region. */
  readonly say: (volume: PersistentVolumeView, region: string) => PersistentVolumeView;
}

const regionKeys = [
  "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/region",
  "topology.ebs.csi.aws.com/region",
];
const zoneKeys = [
  "topology.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/zone",
  "topology.ebs.csi.aws.com/zone",
  "topology.ebs.csi.eks.amazonaws.com/zone",
  "topology.ebs.csi.example.com/zone",
];
const keys: readonly (readonly [string, (region: string) => string])[] = [
  ...regionKeys.map((key) => [key, (region: string) => region] as const),
  ...zoneKeys.map((key) => [key, (region: string) => `${region}a`] as const),
];
const sources: readonly Source[] = [
  {
    field: "spec.awsElasticBlockStore.volumeID",
    say: ({ metadata, spec }, region) => ({
      metadata,
      spec: { ...spec, awsElasticBlockStore: { volumeID: `aws://${region}a/${id}` } },
    }),
  },
  ...keys.flatMap(([key, write]): Source[] => [
    { field: `label ${key}`, say: (volume, region) => withLabel(volume, key, write(region)) },
    { field: `annotation ${key}`, say: (volume, region) => withAnnotation(volume, key, write(region)) },
    { field: `nodeAffinity ${key}`, say: (volume, region) => withTerm(volume, key, write(region)) },
  ]),
];
const pairs = sources.flatMap((one, index) => sources.slice(index + 1).map((other) => [one, other] as const));
const bare: PersistentVolumeView = {
  metadata: { name: "data" },
  spec: { awsElasticBlockStore: { volumeID: id } },
};

test.each(sources)("aws-2: the region is what $field says alone", ({ say }) => {
  expect(volumeOf(say(bare, "eu-west-1"), drivers)).toEqual({ id, region: "eu-west-1" });
});

test(`aws-2: any two of ${sources.length} sources that agree are believed`, () => {
  for (const [one, other] of pairs) {
    expect(volumeOf(other.say(one.say(bare, "eu-west-1"), "eu-west-1"), drivers)?.region).toBe("eu-west-1");
  }
});

test(`aws-2: any two of ${sources.length} sources that contradict each other are invalid, and both named`, () => {
  for (const [one, other] of pairs) {
    const volume = other.say(one.say(bare, "us-east-1"), "eu-west-1");
    const error = errorOf(() => volumeOf(volume, drivers));
    expect(error).toMatchObject({ code: "invalid" });
    expect(error.message).toContain(`${one.field} says us-east-1`);
    expect(error.message).toContain(`${other.field} says eu-west-1`);
  }
});

describe("aws-2: one source may say several", () => {
  const zoneKey = "topology.kubernetes.io/zone";

  test("zones of one region, in one term or several", () => {
    const volume = withTerm(withTerm(bare, zoneKey, "eu-west-1a", "eu-west-1b"), zoneKey, "eu-west-1c");
    expect(volumeOf(volume, drivers)?.region).toBe("eu-west-1");
  });

  test.each<[string, PersistentVolumeView]>([
    ["values", withTerm(bare, zoneKey, "eu-west-1a", "us-east-1a")],
    ["terms", withTerm(withTerm(bare, zoneKey, "eu-west-1a"), zoneKey, "us-east-1a")],
    ["zones of a label", withLabel(bare, zoneKey, "eu-west-1a__us-east-1a")],
  ])("zones of two regions in its %s are invalid", (_, volume) => {
    expect(() => volumeOf(volume, drivers)).toThrow(/eu-west-1a, but .* us-east-1a/);
  });
});

describe("aws-6: what says nothing does not count", () => {
  const good = withTerm(bare, "topology.ebs.csi.aws.com/zone", "eu-west-1a");

  test.each<[string, PersistentVolumeView, string | undefined]>([
    ["an empty zone label beside a good affinity", withLabel(good, "topology.kubernetes.io/zone", ""), "eu-west-1"],
    ["an empty region label", withLabel(bare, "topology.kubernetes.io/region", ""), undefined],
    ["zones where the volume is not", withTerm(bare, "topology.kubernetes.io/zone"), undefined],
    ["a zone's id alone, in the affinity", withTerm(bare, "topology.k8s.aws/zone-id", "euw1-az1"), undefined],
    ["a zone's id alone, in a label", withLabel(bare, "topology.k8s.aws/zone-id", "euw1-az1"), undefined],
    ["a zone's id beside a good affinity", withTerm(good, "topology.k8s.aws/zone-id", "use1-az1"), "eu-west-1"],
    ["a key of another driver", withTerm(bare, "topology.efs.csi.aws.com/zone", "eu-west-1a"), undefined],
    ["the compute type of EKS Auto Mode", withTerm(bare, "eks.amazonaws.com/compute-type", "auto"), undefined],
  ])("%s", (_, volume, region) => {
    expect(volumeOf(volume, drivers)?.region).toBe(region);
  });

  test("zones that a node must not be in", () => {
    const matchExpressions = [{ key: "topology.kubernetes.io/zone", operator: "NotIn", values: ["eu-west-1a"] }];
    const nodeAffinity = { required: { nodeSelectorTerms: [{ matchExpressions }] } };
    expect(volumeOf({ ...bare, spec: { ...bare.spec, nodeAffinity } }, drivers)?.region).toBeUndefined();
  });
});

describe("aws-6: what is malformed is invalid, though another source is good, and named", () => {
  const good = withTerm(bare, "topology.ebs.csi.aws.com/zone", "eu-west-1a");

  test.each<[string, PersistentVolumeView]>([
    ["label topology.kubernetes.io/region", withLabel(good, "topology.kubernetes.io/region", "Ireland")],
    ["label topology.kubernetes.io/region", withLabel(good, "topology.kubernetes.io/region", "EU-WEST-1")],
    ["annotation topology.kubernetes.io/zone", withAnnotation(good, "topology.kubernetes.io/zone", " eu-west-1a")],
    ["nodeAffinity topology.kubernetes.io/zone", withTerm(good, "topology.kubernetes.io/zone", "euw1-az1")],
    ["label failure-domain.beta.kubernetes.io/zone", withLabel(good, "failure-domain.beta.kubernetes.io/zone", "__")],
  ])("%s", (field, volume) => {
    expect(errorOf(() => volumeOf(volume, drivers))).toMatchObject({
      code: "invalid",
      message: expect.stringContaining(`volume data: ${field} must`),
    });
  });
});

function withLabel({ metadata, spec }: PersistentVolumeView, key: string, value: string): PersistentVolumeView {
  return { metadata: { ...metadata, labels: { ...metadata.labels, [key]: value } }, spec };
}

function withAnnotation({ metadata, spec }: PersistentVolumeView, key: string, value: string): PersistentVolumeView {
  return { metadata: { ...metadata, annotations: { ...metadata.annotations, [key]: value } }, spec };
}

function withTerm({ metadata, spec }: PersistentVolumeView, key: string, ...values: string[]): PersistentVolumeView {
  const term = { matchExpressions: [{ key, operator: "In", values }] };
  const nodeSelectorTerms = [...(spec.nodeAffinity?.required?.nodeSelectorTerms ?? []), term];
  return { metadata, spec: { ...spec, nodeAffinity: { required: { nodeSelectorTerms } } } };
}

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}
