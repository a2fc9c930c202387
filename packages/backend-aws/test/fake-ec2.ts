import { type Mocked, vi } from "vitest";
import type { Ec2Api, Ec2Snapshot } from "../src/ec2-api.ts";

/** EC2 in one region, without any network. A call for which a test sets no answer is the test's mistake. */
export function fakeEc2(): Mocked<Ec2Api> {
  const unanswered = (): Promise<never> => Promise.reject(new Error("the test sets no answer for this call"));
  return {
    createSnapshot: vi.fn<Ec2Api["createSnapshot"]>(unanswered),
    createSnapshots: vi.fn<Ec2Api["createSnapshots"]>(unanswered),
    describeSnapshots: vi.fn<Ec2Api["describeSnapshots"]>(unanswered),
    deleteSnapshot: vi.fn<Ec2Api["deleteSnapshot"]>(unanswered),
    createTags: vi.fn<Ec2Api["createTags"]>(unanswered),
    createVolume: vi.fn<Ec2Api["createVolume"]>(unanswered),
    deleteVolume: vi.fn<Ec2Api["deleteVolume"]>(unanswered),
    describeVolumes: vi.fn<Ec2Api["describeVolumes"]>(unanswered),
    describeInstances: vi.fn<Ec2Api["describeInstances"]>(unanswered),
    credentials: vi.fn<Ec2Api["credentials"]>(() => undefined),
    close: vi.fn<Ec2Api["close"]>(),
  };
}

/** An error as the SDK makes it of EC2's answer. */
export function ec2Error(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(`EC2 says ${name}`), { name, $metadata: { httpStatusCode } });
}

/** A snapshot as EC2 shows it, except for the fields given. */
export function ec2Snapshot(fields: Ec2Snapshot = {}): Ec2Snapshot {
  return {
    SnapshotId: "snap-0123456789abcdef0",
    VolumeId: "vol-0123456789abcdef0",
    StartTime: new Date("2026-11-23T12:00:00Z"),
    State: "completed",
    Description: "data-1",
    VolumeSize: 8,
    Tags: [{ Key: "created-by", Value: "k8s-snapshots" }],
    ...fields,
  };
}
