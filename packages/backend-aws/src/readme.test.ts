import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { startLoopbackServer } from "../../../test-support/loopback-server.ts";
import { ec2Error, fakeEc2 } from "../test/fake-ec2.ts";
import { checkPermissions } from "./aws-access.ts";
import { AwsBackend } from "./aws-backend.ts";
import { parseAwsConfig } from "./aws-config.ts";
import { toBackendError } from "./aws-error.ts";
import { identityOf } from "./aws-identity.ts";
import { Ec2Region } from "./ec2-region.ts";
import { checkLimits } from "./limits-access.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the README's example lists snapshots", async () => {
  const server = await startLoopbackServer((_, response) =>
    response.end(`<DescribeSnapshotsResponse><snapshotSet><item><snapshotId>snap-0123456789abcdef0</snapshotId>
      <volumeId>vol-0123456789abcdef0</volumeId><status>completed</status>
      <startTime>2026-11-23T12:00:00.000Z</startTime>
      <tagSet><item><key>created-by</key><value>k8s-snapshots</value></item></tagSet>
      </item></snapshotSet></DescribeSnapshotsResponse>`),
  );
  const program = spawn(
    process.execPath,
    ["--conditions=@k8s-snapshots/source", "--input-type=module-typescript", "--eval", block("ts")],
    {
      cwd: new URL("..", import.meta.url),
      env: {
        AWS_ENDPOINT_URL_EC2: server.url,
        AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
        AWS_SECRET_ACCESS_KEY: "not-a-real-key",
      },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  onTestFinished(() => void program.kill());
  expect(await text(program.stdout)).toBe("snap-0123456789abcdef0 ready 2026-11-23T12:00:00.000Z\n");
});

test("the README's policy allows what the check of access looks at, and nothing else", async () => {
  const { Statement } = JSON.parse(block("json")) as { Statement: { Action: string | string[] }[] };
  const ec2 = fakeEc2();
  for (const call of [ec2.createSnapshot, ec2.createSnapshots, ec2.deleteSnapshot, ec2.createTags, ec2.createVolume]) {
    call.mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
  }
  ec2.describeSnapshots.mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
  ec2.describeInstances.mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
  ec2.describeVolumes.mockRejectedValue(ec2Error("UnauthorizedOperation", 403));
  const checks = await checkPermissions(new Ec2Region("eu-west-1", ec2, false), identityOf({}), undefined);
  checks.push(await checkLimits(() => Promise.resolve({})));
  expect(Statement.flatMap(({ Action }) => Action).toSorted()).toEqual(
    checks.map(({ permission }) => permission.replace(/ .*/, "")).toSorted(),
  );
});

test("the README's table of what it needs names the actions of deploy/aws/policy.json, and no others", async () => {
  const policy = readFileSync(new URL("../../../deploy/aws/policy.json", import.meta.url), "utf8");
  const { Statement } = JSON.parse(policy) as { Statement: { Action: string | string[] }[] };
  const needs = readme.slice(readme.indexOf("## What it needs"), readme.indexOf("## Permissions"));
  const named = [...needs.matchAll(/^\| `(\w+:\w+)` \|/gm)].map(([, action = ""]) => action);
  expect(named.toSorted()).toEqual([...new Set(Statement.flatMap(({ Action }) => Action))].toSorted());
});

test("the README's limits are those that the backend declares", () => {
  const { capabilities } = new AwsBackend(parseAwsConfig({}), { openRegion: fakeEc2 });
  const { create, delete: deletions, list } = capabilities.callsPerSecond ?? {};
  expect(readme).toContain(`at most ${create} creations and ${deletions} deletions a second`);
  expect(readme).toContain(`at most ${list} pages, and has at most ${capabilities.maxPendingPerLocation} snapshots`);
});

test("the README names each variable that is read, and no other", () => {
  const sources = ["aws-config.ts", "ebs-drivers.ts"].map((file) =>
    readFileSync(new URL(file, import.meta.url), "utf8"),
  );
  const read = new Set(sources.join().match(/AWS_[A-Z0-9_]+/g));
  const settings = readme.slice(readme.indexOf("## Settings"), readme.indexOf("A SnapshotRule names"));
  expect(new Set(settings.match(/AWS_[A-Z0-9_]+/g))).toEqual(read);
});

const rows = readme.matchAll(/^\| (`[A-Z].*) \| `([a-z-]+)` \|$/gm);
const named = [...rows].flatMap(([, said = "", code = ""]) =>
  [...said.matchAll(/`([A-Za-z.]+)`/g)].map(([, name = ""]) => [name, code] as const),
);

test("the README's errors are many", () => {
  expect(named.length).toBeGreaterThan(10);
});

test.each(named)("%s is %s, as the README says", (name, code) => {
  const attempt = {
    action: "ec2:CreateSnapshot",
    object: "vol-1",
    region: "eu-west-1",
    account: undefined,
    hasOwnEndpoint: false,
  };
  expect(toBackendError(ec2Error(name), attempt).code).toBe(code);
});

function block(language: string): string {
  return new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "s").exec(readme)?.[1] as string;
}
