import type { AccessCheck } from "@k8s-snapshots/backend-api";
import { describe, expect, type Mocked, test } from "vitest";
import { ec2Error, fakeEc2 } from "../test/fake-ec2.ts";
import { checkPermissions } from "./aws-access.ts";
import { identityOf } from "./aws-identity.ts";
import type { Ec2Api, Ec2Volume } from "./ec2-api.ts";
import { Ec2Region } from "./ec2-region.ts";

const actions = [
  "ec2:DescribeSnapshots",
  "ec2:DescribeVolumes",
  "ec2:CreateSnapshot",
  "ec2:CreateTags",
  "ec2:DeleteSnapshot",
  "ec2:CreateTags (snapshots that are there)",
  "ec2:CreateVolume",
  "ec2:DescribeInstances",
  "ec2:CreateSnapshots",
];

test("each permission is granted if each dry run would have gone through", async () => {
  const ec2 = allowing();
  expect(await check(ec2)).toMatchObject(actions.map((permission) => ({ permission, status: "granted" })));
});

test("aws-4: the first check says whose credentials were used", async () => {
  const ec2 = allowing();
  ec2.credentials.mockReturnValue({ accountId: "123456789012" });
  const keys = { AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE" };
  const [first] = await check(ec2, keys);
  expect(first?.detail).toBe(
    "The credentials are those of the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, account 123456789012.",
  );
  ec2.describeSnapshots.mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
  const [refused] = await check(ec2, keys);
  expect(refused?.detail).toMatch(/^The credentials are those of .* Allow ec2:DescribeSnapshots/);
});

test("every call but the search for objects to name is a dry run, on an object that there is", async () => {
  const ec2 = allowing();
  await check(ec2);
  expect(ec2.createSnapshot.mock.calls[0]?.[0]).toMatchObject({ VolumeId: "vol-1", DryRun: true });
  expect(ec2.deleteSnapshot.mock.calls[0]?.[0]).toEqual({ SnapshotId: "snap-1", DryRun: true });
  expect(ec2.createVolume.mock.calls[0]?.[0]).toMatchObject({ SnapshotId: "snap-1", DryRun: true });
  expect(ec2.createSnapshots.mock.calls[0]?.[0]).toMatchObject({
    InstanceSpecification: { InstanceId: "i-1" },
    DryRun: true,
  });
});

describe("what is missing is named, with what to allow", () => {
  test("CreateTags, if a snapshot may be made only without tags", async () => {
    const ec2 = allowing();
    ec2.createSnapshot.mockImplementation(({ TagSpecifications = [] }) =>
      Promise.reject(
        TagSpecifications.length > 0 ? ec2Error("UnauthorizedOperation", 403) : ec2Error("DryRunOperation"),
      ),
    );
    expect(notGranted(await check(ec2))).toEqual([
      {
        permission: "ec2:CreateTags",
        status: "missing",
        detail: "Allow ec2:CreateTags where ec2:CreateAction is CreateSnapshot.",
      },
    ]);
    expect(ec2.createSnapshot.mock.calls.every(([{ DryRun }]) => DryRun)).toBe(true);
  });

  test("CreateSnapshot, if it may not be made without tags either; CreateTags is then unknown", async () => {
    const ec2 = allowing();
    ec2.createSnapshot.mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
    expect(notGranted(await check(ec2))).toMatchObject([
      { permission: "ec2:CreateSnapshot", status: "missing", detail: expect.stringContaining("on vol-1") },
      { permission: "ec2:CreateTags", status: "unknown" },
    ]);
  });

  test("CreateTags of snapshots that are there, by itself", async () => {
    const ec2 = allowing();
    ec2.createTags.mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
    expect(notGranted(await check(ec2))).toEqual([
      {
        permission: "ec2:CreateTags (snapshots that are there)",
        status: "missing",
        optional: true,
        detail: "Allow ec2:CreateTags on snap-1: EC2 says UnauthorizedOperation. Only setting labels later needs it.",
      },
    ]);
  });

  test("what groups need, with what follows without it", async () => {
    const ec2 = allowing();
    ec2.describeInstances.mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
    ec2.createSnapshots.mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
    const only = "Only groups of snapshots need it: without it, disks get theirs one by one.";
    expect(notGranted(await check(ec2))).toEqual([
      {
        permission: "ec2:DescribeInstances",
        status: "missing",
        optional: true,
        detail: `Allow ec2:DescribeInstances: EC2 says UnauthorizedOperation. ${only}`,
      },
      {
        permission: "ec2:CreateSnapshots",
        status: "missing",
        optional: true,
        detail: `Allow ec2:CreateSnapshots on i-1: EC2 says UnauthorizedOperation. ${only}`,
      },
    ]);
  });

  test("CreateTags of a group, if one may be made only without tags", async () => {
    const ec2 = allowing();
    ec2.createSnapshots.mockImplementation(({ TagSpecifications = [] }) =>
      Promise.reject(
        TagSpecifications.length > 0 ? ec2Error("UnauthorizedOperation", 403) : ec2Error("DryRunOperation"),
      ),
    );
    expect(notGranted(await check(ec2))).toMatchObject([
      {
        permission: "ec2:CreateSnapshots",
        status: "missing",
        detail: expect.stringMatching(/^Allow ec2:CreateTags where ec2:CreateAction is CreateSnapshots\. Only groups/),
      },
    ]);
  });

  test.each<[string, "describeSnapshots" | "describeVolumes" | "deleteSnapshot" | "createVolume"]>([
    ["ec2:DescribeSnapshots", "describeSnapshots"],
    ["ec2:DescribeVolumes", "describeVolumes"],
    ["ec2:DeleteSnapshot", "deleteSnapshot"],
    ["ec2:CreateVolume", "createVolume"],
  ])("%s", async (permission, method) => {
    const ec2 = allowing();
    ec2[method].mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
    expect(notGranted(await check(ec2))).toMatchObject([
      { permission, status: "missing", detail: expect.stringContaining(`Allow ${permission}`) },
    ]);
  });
});

test("with nothing to try it on, a permission is unknown, not missing", async () => {
  const ec2 = allowing([], []);
  ec2.createSnapshot.mockRejectedValue(ec2Error("InvalidVolume.NotFound"));
  for (const call of [ec2.deleteSnapshot, ec2.createTags]) {
    call.mockRejectedValue(ec2Error("InvalidSnapshot.NotFound"));
  }
  ec2.createSnapshots.mockRejectedValue(ec2Error("InvalidInstanceID.NotFound"));
  expect(notGranted(await check(ec2))).toMatchObject([
    {
      permission: "ec2:CreateSnapshot",
      status: "unknown",
      detail: expect.stringContaining("InvalidVolume.NotFound on vol-00000000000000000"),
    },
    { permission: "ec2:CreateTags", status: "unknown" },
    {
      permission: "ec2:DeleteSnapshot",
      status: "unknown",
      detail: expect.stringContaining("InvalidSnapshot.NotFound on snap-00000000000000000"),
    },
    { permission: "ec2:CreateTags (snapshots that are there)", status: "unknown" },
    {
      permission: "ec2:CreateSnapshots",
      status: "unknown",
      detail: expect.stringContaining("InvalidInstanceID.NotFound on i-00000000000000000"),
    },
  ]);
});

test.each([
  ["AuthFailure", 401, "unauthenticated"],
  ["RequestLimitExceeded", 503, "throttled"],
])("%s says nothing of permissions: it is thrown", async (name, status, code) => {
  const ec2 = allowing();
  ec2.deleteSnapshot.mockRejectedValue(ec2Error(name, status));
  await expect(check(ec2)).rejects.toMatchObject({ code });
});

/** EC2 that answers dry runs as it does what it would let through, in an account that has these objects. */
function allowing(
  Volumes: Ec2Volume[] = [
    { VolumeId: "vol-0" },
    { VolumeId: "vol-1", Attachments: [{ InstanceId: "i-1", State: "attached" }] },
  ],
  Snapshots: { SnapshotId: string }[] = [{ SnapshotId: "snap-1" }],
): Mocked<Ec2Api> {
  const ec2 = fakeEc2();
  const allowed = ec2Error("DryRunOperation", 412);
  ec2.describeSnapshots.mockImplementation(async ({ DryRun }) => (DryRun ? Promise.reject(allowed) : { Snapshots }));
  ec2.describeVolumes.mockImplementation(async ({ DryRun }) => (DryRun ? Promise.reject(allowed) : { Volumes }));
  ec2.describeInstances.mockRejectedValue(allowed);
  for (const method of ["createSnapshot", "createSnapshots", "deleteSnapshot", "createTags", "createVolume"] as const) {
    ec2[method].mockRejectedValue(allowed);
  }
  return ec2;
}

async function check(ec2: Ec2Api, environment: Record<string, string> = {}): Promise<AccessCheck[]> {
  return checkPermissions(new Ec2Region("eu-west-1", ec2, false), identityOf(environment), undefined);
}

function notGranted(checks: readonly AccessCheck[]): AccessCheck[] {
  return checks.filter(({ status }) => status !== "granted");
}
