import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { type CapturedCommand, captureCommand } from "../../test/captured-command.ts";

const fixtures = fileURLToPath(new URL("./__fixtures__/", import.meta.url));
const deployment = `${fixtures}former-deployment.yaml`;
const rules = `${fixtures}former-rules.yaml`;
const snapshots = `${fixtures}former-snapshots.json`;
const NOW = "2026-01-31T12:00:00Z";

/** What the Python daemon's users have, and a disk's rule in a namespace that is trusted. */
const trusted = ["--trusted-namespaces", "kube-system,default"];

interface Document {
  readonly decisions: readonly { readonly about: string; readonly problem: string; readonly remedy: string }[];
  readonly changes: readonly { readonly about: string; readonly what: string }[];
  readonly variables: readonly Readonly<Record<string, unknown>>[];
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly disks: readonly (Readonly<Record<string, unknown>> & {
    readonly rule: string | null;
    readonly snapshots: readonly { readonly id: string; readonly fate: string; readonly goesAt: string | null }[];
  })[];
  readonly values: Readonly<Record<string, unknown>>;
  readonly steps: readonly { readonly what: string; readonly commands: readonly string[] }[];
}

describe("the Python daemon's own manifests", () => {
  let document: Document;
  let result: CapturedCommand;

  beforeEach(async () => {
    result = await migrate(...trusted, "--output", "json");
    document = JSON.parse(result.output) as Document;
  });

  it("its variables become values of the chart, under their names", () => {
    expect(document.values).toEqual({
      cloud: { aws: { region: "eu-west-1", secretName: "aws" } },
      settings: {
        useClaimName: true,
        pingUrl: "https://cronitor.example.com/snapshots",
        logLevel: "INFO",
        jsonLog: true,
        trustedNamespaces: ["kube-system", "default"],
      },
      extraEnv: [{ name: "TZ", value: "America/Montreal" }],
      nodeSelector: { "node-role.kubernetes.io/control-plane": "" },
      tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists", effect: "NoSchedule" }],
    });
    const meanings = Object.fromEntries(document.variables.map(({ variable, meaning }) => [variable, meaning]));
    expect(meanings).toMatchObject({ AWS_REGION: "same", USE_CLAIM_NAME: "same", TZ: "differs", JSON_LOG: "differs" });
    expect(meanings).toMatchObject({ PYTHONUNBUFFERED: "none" });
  });

  it("its secrets are named and nowhere printed", () => {
    expect(result.output).not.toContain("AKIDEXAMPLE");
    const commands = document.steps.flatMap((step) => step.commands).join("\n");
    expect(commands).toContain(`env[?(@.name=="AWS_ACCESS_KEY_ID")].value}')"`);
    expect(commands).toContain("get secret aws --output jsonpath='{.data.secret-key}' | base64 --decode");
  });

  it("its rules mean the same, but for those that cannot be read", () => {
    expect(document.objects).toMatchObject([
      { id: "PersistentVolume/pv-mistyped", outcome: "refused", reason: "InvalidDeltas" },
      { id: "PersistentVolumeClaim/shop/data", outcome: "same", deltas: "PT1H P2D P30D P180D" },
      { id: "SnapshotRule/default/datadir", outcome: "waits", reason: "ClaimNotFound" },
      { id: "SnapshotRule/default/mysql", outcome: "same", deltas: "P1D P30D" },
    ]);
    expect(document.decisions.map(({ about }) => about)).toEqual(["PersistentVolume/pv-mistyped"]);
    expect(result.code).toBe(1);
  });

  it("says what no Kubernetes serves any more", () => {
    const about = document.changes.filter(({ what }) => what.startsWith("no Kubernetes")).map((one) => one.about);
    expect(about).toEqual([
      "Deployment/k8s-snapshots",
      "ThirdPartyResource/snapshot-rule.k8s-snapshots.elsdoerfer.com",
      "CustomResourceDefinition/snapshotrules.k8s-snapshots.elsdoerfer.com",
    ]);
  });

  it("rules 4b, 5 and 11: takes over each snapshot; what the deltas do not want goes after the grace, a share a day", () => {
    const disk = diskOf(document, "SnapshotRule/default/mysql");
    expect(disk.snapshots).toHaveLength(40);
    const going = disk.snapshots.filter(({ fate }) => fate === "goes");
    expect(going.map(({ id }) => id)).toEqual(idsFrom(31, 40));
    // The next one is due a day after the newest, and the grace is a day from then.
    expect(disk["nextAt"]).toBe("2026-02-01T11:00:00.000Z");
    expect(disk["inForceAt"]).toBe("2026-02-02T11:00:00.000Z");
    const days = Map.groupBy(going, ({ goesAt }) => goesAt?.slice(0, 10));
    expect([...days].map(([day, all]) => [day, all.length])).toEqual([
      ["2026-02-04", 2],
      ["2026-02-03", 3],
      ["2026-02-02", 4],
    ]);
    expect(disk.snapshots.filter(({ fate }) => fate === "kept").map(({ id }) => id)).toEqual(idsFrom(0, 31));
  });
});

it("a rule that names a disk in a namespace that is not trusted is to be decided, and its snapshots stay", async () => {
  const { output, code } = await migrate("--output", "json");
  const document = JSON.parse(output) as Document;
  expect(code).toBe(1);
  expect(document.decisions).toContainEqual(expect.objectContaining({ about: "SnapshotRule/default/mysql" }));
  expect(document.values["settings"]).not.toHaveProperty("trustedNamespaces");
  const disk = diskOf(document, null);
  expect(new Set(disk.snapshots.map(({ fate }) => fate))).toEqual(new Set(["stays"]));
});

it("exits with 0 where nothing is in the way", async () => {
  const { code, output } = await migrate("--output", "json", "--deployment", deployment, "--rules", "-", {
    input: (await readFile(rules, "utf8")).replace("1d 7d", "P1D P7D"),
    args: trusted,
  });
  expect((JSON.parse(output) as Document).decisions).toEqual([]);
  expect(code).toBe(0);
});

it("prints values that it would read again, and the same as a kustomization", async () => {
  const values = await migrate(...trusted, "--output", "values");
  expect(parse(values.output)).toMatchObject({ settings: { useClaimName: true } });
  const { output } = await migrate(...trusted, "--output", "kustomization");
  const { patches } = parse(output) as { patches: { patch: string }[] };
  const [patch] = patches.map((one) => JSON.parse(one.patch) as { spec: { template: { spec: object } } });
  expect(patch?.spec.template.spec).toMatchObject({
    nodeSelector: { "node-role.kubernetes.io/control-plane": "" },
    containers: [
      {
        name: "k8s-snapshots",
        env: expect.arrayContaining([
          { name: "USE_CLAIM_NAME", value: "true" },
          { name: "TRUSTED_NAMESPACES", value: "kube-system,default" },
          { name: "AWS_REGION", value: "eu-west-1" },
        ]) as unknown,
        envFrom: [{ secretRef: { name: "aws" } }],
      },
    ],
  });
});

it("says in words what is to decide, what goes and when, and what to do", async () => {
  const { output, errors } = await migrate(...trusted);
  expect(errors).toBe("");
  expect(output.replace(/\s+/g, " ")).toContain("; no cluster and no storage system was asked From Deployment");
  expect(output).toMatch(/^ {2}! PersistentVolume\/pv-mistyped: .*1d/m);
  expect(output).toMatch(/^ {2}SnapshotRule\/default\/mysql \(P1D P30D\): aws eu-west-1 vol-0aa6f44aad0daf9f2$/m);
  expect(output).toContain("    40 taken over: 31 stay, 9 go\n");
  expect(output).toMatch(/^ {4}snap-f9f2039 {2}2025-12-23T11:00Z {2}goes {2}2026-02-02T11:00Z {2}older than P30D/m);
  expect(output).toContain("kubectl --namespace kube-system scale deployment k8s-snapshots --replicas 0");
  expect(output).toContain(`--trusted-namespaces kube-system,default --output values > values.yaml`);
  expect(output).toMatch(/Of 45 snapshots 36 stay, 9 go, 0 are left alone\. 1 thing to decide first\.\n$/);
});

it.each([
  [["--deployment", "snapshots", "--rules", rules], "--deployment snapshots is not a file"],
  [["--namespace", "shop", "--rules", rules], "--namespace is for a cluster"],
  [["--now", NOW], "--now is for files"],
  [["--rules", "/nowhere.yaml"], "--rules /nowhere.yaml cannot be read: ENOENT"],
  [["--deployment", rules], "has no Deployment"],
  [["--snapshots", snapshots, "--rules", snapshots], "document 1 is not an object of Kubernetes"],
])("exits with 2 for %j", async (args, message) => {
  const { code, errors, output } = await captureCommand(["migrate", ...args]);
  expect(errors).toContain(message);
  expect([code, output]).toEqual([2, ""]);
});

interface Input {
  readonly input: string;
  readonly args: readonly string[];
}

/** Of the fixtures; the last may be what stands on the standard input, and further words. */
function migrate(...words: readonly (string | Input)[]): Promise<CapturedCommand> {
  const texts = words.filter((word) => typeof word === "string");
  const more = words.find((word): word is Input => typeof word !== "string");
  const files = texts.includes("--rules") ? [] : ["--deployment", deployment, "--rules", rules];
  const args = ["migrate", ...files, "--snapshots", snapshots, "--now", NOW, ...texts, ...(more?.args ?? [])];
  return captureCommand(args, {}, more?.input);
}

function diskOf(document: Document, rule: string | null): Document["disks"][number] {
  const disk = document.disks.find((one) => one.rule === rule);
  if (disk === undefined) throw new Error(`no disk of ${rule}`);
  return disk;
}

function idsFrom(first: number, end: number): readonly string[] {
  return Array.from({ length: end - first }, (_, index) => `snap-f9f2${`${first + index}`.padStart(3, "0")}`);
}
