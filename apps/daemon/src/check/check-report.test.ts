import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { canvasOf } from "../drawing/style.ts";
import { checkJson, checkText } from "./check-report.ts";
import type { CheckResult } from "./run-check.ts";

const noRole = "deploy/manifests/k8s-snapshots.yaml has a role that grants it";
const whole: CheckResult = {
  ok: true,
  asked: { server: "https://10.0.0.1:6443", origin: "context prod-1 of /home/me/.kube/config" },
  kubernetes: {
    permissions: [{ permission: "list persistentvolumes", status: "granted", detail: "to find the disks" }],
    definition: { status: "current", detail: "it is the one of this version" },
    identity: { status: "known", cluster: "0f8fad5b-d9cb-469f-a165", detail: "the uid of namespace kube-system" },
  },
  rules: { working: 187, findings: [] },
  volumes: { asked: 187, excluded: 0, unasked: {} },
  backends: [
    { backend: "aws", location: "eu-west-1", permissions: [{ permission: "ec2:DeleteSnapshot", status: "granted" }] },
    { backend: "aws", location: "us-east-2", permissions: [{ permission: "ec2:DeleteSnapshot", status: "granted" }] },
    { backend: "local", location: undefined, permissions: [] },
  ],
};

const troubled: CheckResult = {
  ...whole,
  ok: false,
  kubernetes: {
    permissions: [
      ...whole.kubernetes.permissions,
      { permission: "patch events", status: "missing", detail: `to fold Events that repeat; ${noRole}` },
      { permission: "create events", status: "unknown", detail: "POST https://10.0.0.1:6443/reviews: 403 no reviews" },
    ],
    definition: {
      status: "absent",
      detail: "annotations work without it; to have it: k8s-snapshots crd | kubectl apply -f -",
    },
    identity: { status: "unknown", detail: "namespace kube-system: forbidden: grant get on it, or set CLUSTER_ID" },
  },
  rules: {
    working: 187,
    trustedNamespaces: ["default", "kube-system", "team-a"],
    findings: [
      ...["reports-1", "reports-2"].map((name) => finding(`catalog/${name}`, "InvalidDeltas", "1D is not ISO 8601")),
      finding("catalog/reports-3", "InvalidDeltas", "P1D alone is not enough"),
      finding("team-a/etcd", "DiskNotAllowedInNamespace", "team-a is no trusted namespace"),
      finding("catalog/books", "SupersededByAnotherRule", "SnapshotRule/catalog/all takes precedence"),
    ],
  },
  volumes: { asked: 187, excluded: 4, unasked: { NoRule: 7, Unbound: 2, InvalidDeltas: 3 } },
  backends: [
    ...["eu-west-1", "us-east-2"].map((location) => ({
      backend: "aws",
      location,
      permissions: [
        location === "eu-west-1"
          ? ({ permission: "ec2:CreateSnapshot", status: "missing", detail: "Allow ec2:CreateSnapshot." } as const)
          : ({ permission: "ec2:CreateSnapshot", status: "granted" } as const),
        { permission: "ec2:DeleteSnapshot", status: "granted" } as const,
      ],
    })),
    { backend: "google", location: undefined, permissions: [], error: "there are no credentials" },
  ],
};

it.each([
  ["check-80.txt", whole, { isTTY: false, columns: 0 }],
  ["check-troubled-80.txt", troubled, { isTTY: true, columns: 80 }],
  ["check-troubled-120.txt", troubled, { isTTY: true, columns: 120 }],
] as const)("is drawn in groups: %s", async (file, result, output) => {
  const text = checkText(result, canvasOf(output as NodeJS.WriteStream, { NO_COLOR: "1" }));
  await expect(text).toMatchFileSnapshot(`__fixtures__/${file}`);
});

it("has colours on a terminal only, and says the same without them", () => {
  const plain = checkText(troubled, canvasOf({ isTTY: false, columns: 0 } as never, {}));
  const coloured = checkText(troubled, canvasOf({ isTTY: true, columns: 80 } as NodeJS.WriteStream, {}));
  expect(plain).not.toContain("\u001b");
  expect(coloured).toContain("\u001b[31mpatch events");
  expect(stripVTControlCharacters(coloured)).toBe(plain);
});

it("sums up thousands of rules and of locations, with the first of each kind", () => {
  const findings = Array.from({ length: 3_000 }, (_, index) => {
    return finding(`shop/data-${index}`, "InvalidDeltas", index % 2 === 0 ? "1D is not ISO 8601" : `what is ${index}?`);
  });
  const backends = Array.from({ length: 500 }, (_, index) => ({
    backend: "aws",
    location: `place-${index}`,
    permissions: [
      index < 7
        ? ({ permission: "ec2:CreateSnapshot", status: "missing", detail: `Allow it in place-${index}.` } as const)
        : ({ permission: "ec2:CreateSnapshot", status: "granted" } as const),
    ],
    ...(index > 400 && { permissions: [], error: `place-${index} does not answer` }),
  }));
  const result = { ...whole, ok: false, backends, rules: { working: 0, findings } };
  const text = checkText(result, canvasOf({ isTTY: false, columns: 0 } as never, {}));
  expect(text.split("\n").length).toBeLessThan(50);
  expect(text).toContain("  ✗ 3000 InvalidDeltas");
  expect(text).toMatch(/data-0 and 1499 more: 1D is not ISO\s+8601\n/);
  expect(text).toMatch(/… and 1496 others: --output json has them all/);
  expect(text).toMatch(/✗ ec2:CreateSnapshot +place-0, .*place-3,\n +place-4 and 2 more: missing\n/);
  expect(text).toContain("      Allow it in place-4.\n      … and 2 others: --output json has them all\n");
  expect(text).toMatch(/✗ could not be asked +place-401, .*\n.* and 94 more: failed\n {6}place-401 does not answer\n/);
  expect((JSON.parse(checkJson(result)) as CheckResult).rules.findings).toHaveLength(3_000);
});

it("a last line in which words and exit code agree", () => {
  const canvas = canvasOf({ isTTY: false, columns: 0 } as never, {});
  const lastOf = (result: CheckResult): string | undefined => checkText(result, canvas).trimEnd().split("\n").at(-1);
  expect(lastOf(whole)).toBe("Nothing is missing. Rules that work: 187. Exit code 0.");
  expect(lastOf(troubled)).toBe(
    "Missing: 3. Could not be found out: 3. Rules that fail: 4. Rules that work: 187. Exit code 1.",
  );
  const unread = { ...whole, ok: false, rules: { working: 0, findings: [] }, error: "cannot list claims: no" };
  expect(lastOf(unread)).toBe(
    "The rules cannot be read, so that no backend was asked: cannot list claims: no. Exit code 1.",
  );
});

function finding(name: string, reason: string, message: string): CheckResult["rules"]["findings"][number] {
  return { object: `PersistentVolumeClaim/${name}`, reason, message };
}

it("says as whom the cluster was asked, where the cluster says so", () => {
  const asked = { ...whole.asked, user: "system:serviceaccount:k8s-snapshots:k8s-snapshots" };
  const text = checkText({ ...whole, asked }, canvasOf({ isTTY: false, columns: 0 } as never, {}));
  expect(text).toContain("/home/me/.kube/config, as system:serviceaccount:k8s-snapshots:k8s-snapshots");
});

it("says how many snapshots are allowed where the rules keep more", () => {
  const backends: CheckResult["backends"] = [
    {
      backend: "aws",
      location: "eu-west-1",
      permissions: [{ permission: "ec2:DeleteSnapshot", status: "granted" }],
      limits: { maxSnapshots: 2_702 },
      needed: 3_400,
      need: { needed: { snapshots: 3_400, perSecond: 2.1 }, allowed: { snapshots: 2_702, perSecond: 5 } },
    },
  ];
  const text = stripVTControlCharacters(
    checkText({ ...whole, ok: false, backends }, canvasOf({ isTTY: false, columns: 0 } as never, {})),
  );
  expect(text.replaceAll(/\s+/g, " ")).toContain(
    "✗ limits these rules need 3,400 snapshots at 2.1 a second; this account can hold 2,702 at 5 a second",
  );
  expect(text).toContain("have the limit raised, or keep fewer");
  expect(text).toContain("Limits that the rules exceed: 1.");
});
