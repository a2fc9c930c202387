import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { forecast, parseDeltas } from "@k8s-snapshots/retention";
import type { Reason } from "@k8s-snapshots/scheduler";
import type { TraceLine } from "@k8s-snapshots/scheduler/trace";
import { describe, expect, it } from "vitest";
import { runCommandLine } from "../src/command-line.ts";
import type { Finding } from "../src/rules/resolved-rule.ts";
import { settingTable } from "../src/settings/settings.ts";

const root = new URL("../../../", import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), "utf8");
const guides = { quickstart: await read("docs/quickstart.md"), migrate: await read("docs/migrate.md") };

/** What people may have set for the Python daemon. */
const formerVariables = [
  ...["CLOUD_PROVIDER", "GCLOUD_PROJECT", "GCLOUD_CREDENTIALS_FILE", "GCLOUD_JSON_KEYFILE_NAME"],
  ...["GCLOUD_JSON_KEYFILE_STRING", "GOOGLE_APPLICATION_CREDENTIALS", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  ...["AWS_REGION", "DIGITALOCEAN_ACCESS_TOKEN", "KUBE_CONFIG_FILE", "DELTAS_ANNOTATION_KEY"],
  ...["SNAPSHOT_AUTHOR_LABEL_KEY", "SNAPSHOT_AUTHOR_LABEL", "SNAPSHOT_DATETIME_FORMAT", "USE_CLAIM_NAME", "PING_URL"],
  ...["SCHEDULE_HEARTBEAT_INTERVAL_SECONDS", "LOG_LEVEL", "JSON_LOG", "STRUCTLOG_JSON_INDENT", "TZ", "DEBUG"],
];

/** What people may alert on. */
const formerLogEvents = [
  ...["annotation.found", "annotation.not-found", "annotation.error", "annotation.invalid", "volume-event.received"],
  ...["volume.unsupported", "volume.not-found", "snapshot.scheduled", "snapshot.start", "snapshot.error"],
  ...["snapshot.created", "snapshot.expired", "rule.pending", "rule.added", "rule.updated", "rule.removed"],
  ...["rule.heartbeat", "expire.started", "expire.kept", "expire.delete", "expire.complete", "ping.sent"],
];

/** What the quickstart explains of what Events say; that there are such reasons, the compiler checks. */
const explainedReasons: readonly (Finding["reason"] | Reason)[] = [
  ...(["AnotherDaemon", "BackendUnavailable", "BreakerOpen", "ClaimReferenceMismatch", "CreationFailed"] as const),
  ...([
    "DiskNotAllowedInNamespace",
    "TooManyRulesInNamespace",
    "IntervalTooShort",
    "InvalidDeltas",
    "LimitReached",
    "OtherCluster",
  ] as const),
  ...(["ScheduleImpossible", "SnapshotFailed", "VolumeUnsupported"] as const),
];

/** What a kubelet says of pods that do not start. */
const reasonsOfKubelets = [
  ...["ContainerCreating", "CrashLoopBackOff", "CreateContainerConfigError", "ImagePullBackOff", "InvalidImageName"],
];

describe.each(Object.entries(guides))("docs/%s.md", (_, guide) => {
  const commands = [...guide.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);

  it.each(commands)("is shell: %s", async (block) => {
    await promisify(execFile)("bash", ["-n", "-c", block]);
  });

  it("names files that are there", () => {
    const paths = guide.match(/(?<!\w\/)\b(?:deploy|packages|docs)\/[\w./-]*\w/g) ?? [];
    const named = paths.filter((path) => path !== "deploy/k8s-snapshots"); // That is a Deployment.
    expect(named.length).toBeGreaterThan(2);
    for (const path of named) expect(existsSync(new URL(path, root)), path).toBe(true);
  });

  it("calls commands that there are", async () => {
    const called = commands.flatMap((block) => [...block.matchAll(/(?:--silent|--) k8s-snapshots (\w+)/g)]);
    expect(called.length).toBeGreaterThan(1);
    for (const [, command = ""] of called) {
      const silent = { write: () => true } as unknown as NodeJS.WriteStream;
      const terminal = { output: silent, errors: silent, input: process.stdin };
      expect(await runCommandLine([command, "--help"], {}, terminal), command).toBe(0);
    }
  });

  it("says rightly how many snapshots a schedule needs", () => {
    expect(guide).toMatch(/`PT1H P1D P7D` needs 33/);
    expect(forecast(parseDeltas("PT1H P1D P7D")).most).toBe(33);
    expect(guide).toMatch(/`PT2H P1D P7D` needs 21/);
    expect(forecast(parseDeltas("PT2H P1D P7D")).most).toBe(21);
  });
});

it("the guide for people who move says of each variable what became of it", async () => {
  const table = guides.migrate.slice(guides.migrate.indexOf("## Variables"), guides.migrate.indexOf("## Rehearse"));
  const backends = await Promise.all(["aws", "gce", "do"].map((name) => read(`packages/backend-${name}/README.md`)));
  const known = [
    ...Object.values(settingTable).map(({ variable }) => variable),
    ...(backends.join().match(/[A-Z_]{6,}/g) ?? []),
  ];
  for (const variable of formerVariables) {
    expect(table, variable).toContain(`\`${variable}\``);
    if (variable !== "TZ") expect(known).toContain(variable);
  }
});

it("the guide for people who move names each log event that is gone, and no other", async () => {
  const sources = ["packages/scheduler/src/scheduler-event.ts"];
  for await (const path of glob("apps/daemon/src/observability/*.ts", { cwd: root })) sources.push(path);
  const code = (await Promise.all(sources.filter((path) => !path.endsWith(".test.ts")).map(read))).join("\n");
  const gone = formerLogEvents.filter((event) => !code.includes(`"${event}"`));
  expect(guides.migrate).toContain(
    `${gone.map((event) => `\`${event}\``).join(", ")}`.replace(/, (?=[^,]*$)/, " and "),
  );
});

it("the quickstart explains reasons that there are", () => {
  const table = guides.quickstart.slice(guides.quickstart.indexOf("## When nothing happens"));
  const symptoms = [...table.matchAll(/^\| ([^|]*) \|/gm)].map(([, symptom = ""]) => symptom).join();
  const named = [...symptoms.matchAll(/`([A-Z][a-z]+[A-Z]\w+)`/g)].map(([, reason = ""]) => reason);
  expect(named.sort()).toEqual([...explainedReasons, ...reasonsOfKubelets].sort());
});

describe("docs/restore.md", async () => {
  const guide = await read("docs/restore.md");
  const commands = [...guide.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);

  it.each(commands)("is shell: %s", async (block) => {
    await promisify(execFile)("bash", ["-n", "-c", block]);
  });

  it("names options that there are", async () => {
    let help = "";
    const output = { write: (text: string) => (help += text) } as unknown as NodeJS.WriteStream;
    await runCommandLine(["restore", "--help"], {}, { output, errors: output, input: process.stdin });
    const ofOthers = ["yes", "silent", "replicas", "verb", "resource", "clusterrole", "serviceaccount"];
    const named = [...guide.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)].map(([, name = ""]) => name);
    for (const name of new Set(named)) if (!ofOthers.includes(name)) expect(help, name).toContain(`--${name}`);
  });
});

describe("docs/report-a-fault.md", async () => {
  const guide = await read("docs/report-a-fault.md");

  it("names the settings of a trace with their defaults", () => {
    const { traceFile, traceMaxBytes } = settingTable;
    expect(guide).toContain(`| \`${traceFile.variable}\` | none |`);
    expect(guide).toContain(`| \`${traceMaxBytes.variable}\` | ${traceMaxBytes.default} (64 MiB) |`);
    expect(Number(traceMaxBytes.default)).toBe(64 * 1024 * 1024);
  });

  it("explains each type of line", () => {
    const types: Record<TraceLine["type"], true> = {
      ...{ trace: true, location: true, state: true, fact: true, list: true, date: true },
      ...{ unresolved: true, lapsed: true, forgotten: true, dropped: true },
    };
    const section = guide.slice(guide.indexOf("## What is in it"), guide.indexOf("## Replay it"));
    const rows = section.split("\n").filter((line) => line.startsWith("| `"));
    const named = rows.flatMap((row) => (row.split("|")[1] as string).match(/(?<=`)\w+(?=`)/g) ?? []);
    expect(named.sort()).toEqual(Object.keys(types).sort());
  });
});
