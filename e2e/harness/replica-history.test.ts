import { expect, test } from "vitest";
import type { AuditedRequest } from "./audit-log.ts";
import { breachesIn, type ReplicaCall } from "./replica-history.ts";

const region = "eu-west-1";
const leases: readonly AuditedRequest[] = [lease("create", "", 0, "a"), lease("patch", name(), 60_000, "b")];

function name(): string {
  return `k8s-snapshots-aws-${region}-0123abcd`;
}

function lease(verb: string, of: string, at: number, holderIdentity: string): AuditedRequest {
  const body = { metadata: { name: name() }, spec: { holderIdentity } };
  const answeredAt = at + 10;
  return { verb, resource: "leases", name: of, status: 200, receivedAt: at, answeredAt, body };
}

function call(replica: string, at: number, about: Partial<ReplicaCall>): ReplicaCall {
  return {
    replica,
    at,
    action: "CreateSnapshot",
    region,
    volume: "vol-1",
    snapshot: `snap-${at}`,
    status: 200,
    ...about,
  };
}

const breaches = (...calls: readonly ReplicaCall[]) => breachesIn(calls, leases, 10_000, (member) => member);

test("what the owner does at its interval is no breach", () => {
  const deletion = { action: "DeleteSnapshot", volume: undefined, snapshot: "snap-1" };
  expect(
    breaches(call("a", 1_000, {}), call("a", 11_000, {}), call("b", 61_000, {}), call("b", 62_000, deletion)),
  ).toEqual([]);
});

test("a snapshot that was made twice is found", () => {
  expect(breaches(call("a", 1_000, {}), call("a", 2_000, {}))).toEqual([
    expect.stringMatching(/^a CreateSnapshot vol-1 .* 1000 ms after a/),
  ]);
  expect(breaches(call("a", 1_000, { status: 503 }), call("a", 2_000, {}))).toEqual([]);
});

test("a snapshot that was deleted twice is found", () => {
  const deletion = { action: "DeleteSnapshot", volume: undefined, snapshot: "snap-1" };
  expect(breaches(call("a", 1_000, deletion), call("a", 2_000, deletion))).toEqual([
    expect.stringMatching(/snap-1 .*, again a Delete/),
  ]);
});

test("what another than the owner does is found", () => {
  expect(breaches(call("b", 1_000, {}))).toEqual([
    expect.stringMatching(/^b CreateSnapshot .*: its Lease names b at the end$/),
  ]);
  expect(breaches(call("a", 61_000, {}))).toEqual([expect.stringMatching(/^a CreateSnapshot /)]);
  expect(breaches(call("a", 61_000, { region: "us-east-1" }))).toEqual([
    expect.stringMatching(/its Lease names nobody/),
  ]);
});
