import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseSettings, SettingsError } from "./settings.ts";

describe("settings", () => {
  it("have defaults that need no configuration", () => {
    const settings = parseSettings({});
    expect(settings).toMatchObject({
      deltasAnnotationKey: "backup.kubernetes.io/deltas",
      authorLabelKey: "created-by",
      authorLabel: "k8s-snapshots",
      httpListen: { host: undefined, port: 8080 },
      heartbeatSeconds: 600,
      logLevel: "INFO",
      scheduleChangeGrace: 86_400_000,
      deletionBudgetWindow: 86_400_000,
      deletionBudgetShare: 0.1,
      scheduleSpread: 0.5,
      stuckAfter: 86_400_000,
      absenceBeforeExpiry: 3_600_000,
      minInterval: 60_000,
      maxSnapshotsPerNamespace: 10_000,
      clockTolerance: 300_000,
    });
    expect(settings.clusterId).toBeUndefined();
    expect(settings.backends).toBeUndefined();
    expect(settings.formatTime(new Date("2026-03-01T04:05:06Z"))).toBe("010326-040506");
  });

  it("take a flag before the variable, and an empty variable as not set", () => {
    const settings = parseSettings({ CONCURRENCY: "3", LOG_LEVEL: "debug", BACKENDS: "" }, { CONCURRENCY: "7" });
    expect(settings.concurrency).toBe(7);
    expect(settings.logLevel).toBe("DEBUG");
    expect(settings.backends).toBeUndefined();
  });

  it.each([
    ["true", true],
    ["True", true],
    ["1", true],
    ["no", false],
    ["OFF", false],
  ])("read %s as %s, as the Python daemon did", (written, truth) => {
    expect(parseSettings({ USE_CLAIM_NAME: written }).useClaimName).toBe(truth);
  });

  it.each([
    [":8080", undefined, 8080],
    ["127.0.0.1:0", "127.0.0.1", 0],
    ["[::1]:9090", "::1", 9090],
    ["localhost:80", "localhost", 80],
  ])("listen on %s", (written, host, port) => {
    expect(parseSettings({ HTTP_LISTEN: written }).httpListen).toEqual({ host, port });
  });

  it.each([
    ["PT0S", 0],
    ["P1D", 86_400_000],
    ["PT36H", 129_600_000],
    ["P1W2DT3H4M5.5S", 788_645_500],
  ])("read the duration %s", (written, milliseconds) => {
    expect(parseSettings({ SCHEDULE_CHANGE_GRACE: written }).scheduleChangeGrace).toBe(milliseconds);
  });

  it.each(["24h", "1", "P", "PT", "P1DT", "PT1D", "pt1h", "P1M", "P1Y", "-PT1H", "PT1.5H", "P367D", "PT1H PT1H"])(
    "refuse the duration %j",
    (written) => {
      expect(problemsOf({ SCHEDULE_CHANGE_GRACE: written })).toEqual([
        "SCHEDULE_CHANGE_GRACE (--schedule-change-grace) must be an ISO 8601 duration such as PT24H, from PT0S to P366D",
      ]);
    },
  );

  it("refuse a tolerance that no clock keeps to", () => {
    expect(problemsOf({ CLOCK_TOLERANCE: "PT0S" })[0]).toContain("such as PT5M, from PT1S to P366D");
  });

  it.each([
    ["10", 0.1],
    ["10%", 0.1],
    ["10 %", 0.1],
    ["0", 0],
    ["2.5 %", 0.025],
    ["100%", 1],
  ])("read the share %s", (written, share) => {
    expect(parseSettings({ DELETION_BUDGET_SHARE: written }).deletionBudgetShare).toBe(share);
  });

  it.each(["a tenth", "101", "-1", "10 percent", "0,1"])("refuse the share %j", (written) => {
    expect(problemsOf({ DELETION_BUDGET_SHARE: written })).toEqual([
      "DELETION_BUDGET_SHARE (--deletion-budget-share) must be a percentage such as 10 %, at most 100",
    ]);
  });

  it("name the cluster, and those that it takes over", () => {
    const settings = parseSettings({ CLUSTER_ID: "prod.eu-1", CLUSTER_ID_FORMER: "old, older_1" });
    expect(settings.clusterId).toBe("prod.eu-1");
    expect(settings.formerClusterIds).toEqual(["old", "older_1"]);
  });

  it.each([
    [{ CLUSTER_ID: "my cluster" }, 'CLUSTER_ID (--cluster-id) has "my cluster": an id is 1 to 63 letters'],
    [{ CLUSTER_ID: "a".repeat(64) }, "an id is 1 to 63 letters"],
    [{ CLUSTER_ID_FORMER: "old,a/b" }, 'CLUSTER_ID_FORMER (--cluster-id-former) has "a/b": an id is'],
  ])("refuse a cluster's name such as %j", (environment, problem) => {
    expect(problemsOf(environment as Record<string, string>)[0]).toContain(problem);
  });

  it("name every mistake at once, and the variable and flag of each", () => {
    const wrong = {
      HTTP_LISTEN: "8080",
      LOG_LEVEL: "loud",
      CONCURRENCY: "0",
      JSON_LOG: "maybe",
      SNAPSHOT_DATETIME_FORMAT: "%d%K",
      SCHEDULE_HEARTBEAT_INTERVAL_SECONDS: "1.5",
    };
    expect(problemsOf(wrong)).toEqual([
      "SNAPSHOT_DATETIME_FORMAT (--snapshot-datetime-format) has the directive %K, which strftime does not know",
      "CONCURRENCY (--concurrency) must be a whole number from 1 to 1000",
      "SCHEDULE_HEARTBEAT_INTERVAL_SECONDS (--schedule-heartbeat-interval-seconds) must be a whole number from 0 to 86400",
      "HTTP_LISTEN (--http-listen) must be an address such as :8080 or 127.0.0.1:8080",
      "LOG_LEVEL (--log-level) must be one of DEBUG, INFO, WARNING, ERROR",
      "JSON_LOG (--json-log) must be true or false",
    ]);
  });

  it.each([
    [
      { DELTAS_ANNOTATION_KEY: "backup deltas" },
      "DELTAS_ANNOTATION_KEY (--deltas-annotation-key) must be a key such as backup.kubernetes.io/deltas: 1 to 63",
    ],
    [{ SNAPSHOT_AUTHOR_LABEL_KEY: "created by" }, "must be a key such as created-by"],
    [{ SNAPSHOT_AUTHOR_LABEL_KEY: "a/b/c" }, "must be a key such as created-by"],
    [{ SNAPSHOT_AUTHOR_LABEL_KEY: "Ex_ample.com/key" }, "must be a key such as created-by"],
    [
      { SNAPSHOT_AUTHOR_LABEL: "me\u001b[31m" },
      "SNAPSHOT_AUTHOR_LABEL (--snapshot-author-label) must be a value such as k8s-snapshots",
    ],
    [
      { TRUSTED_NAMESPACES: "a,,b" },
      "TRUSTED_NAMESPACES (--trusted-namespaces) has no name at place 2: write names with one comma",
    ],
    [{ TRUSTED_NAMESPACES: "a,b," }, "has no name at place 3"],
    [{ TRUSTED_NAMESPACES: "Team_A" }, 'has "Team_A": a namespace is 1 to 63 lower-case letters'],
    [{ BACKENDS: "aws,aws" }, 'BACKENDS (--backends) has "aws" twice'],
    [
      { TRACE_FILE: "trace.jsonl" },
      `TRACE_FILE (--trace-file) must be an absolute path, such as ${resolve("trace.jsonl")}`,
    ],
    [{ KUBE_CONFIG_FILE: "./kubeconfig" }, "KUBE_CONFIG_FILE (--kube-config-file) must be an absolute path"],
  ])("set-1: refuse %j in one line", (environment, problem) => {
    const problems = problemsOf(environment as Record<string, string>);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it("take keys with and without a domain", () => {
    const keys = { DELTAS_ANNOTATION_KEY: "backup.example.com/every_day", SNAPSHOT_AUTHOR_LABEL_KEY: "Made.By-1" };
    expect(parseSettings(keys)).toMatchObject({
      deltasAnnotationKey: keys.DELTAS_ANNOTATION_KEY,
      authorLabelKey: keys.SNAPSHOT_AUTHOR_LABEL_KEY,
    });
  });

  it("do not repeat a URL that may hold a key", () => {
    expect(problemsOf({ PING_URL: "ftp://user:secret@example.com" })).toEqual([
      "PING_URL (--ping-url) must be an http or https URL",
    ]);
  });

  it("refuse a time format by which all snapshots would have one name", () => {
    expect(problemsOf({ SNAPSHOT_DATETIME_FORMAT: "daily" })[0]).toContain("has no directive");
  });
});

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  throw new Error("the settings were accepted");
}

it("takes an empty PAGE_LISTEN for off, by variable and by flag, and no other empty address", () => {
  const usual = { host: "127.0.0.1", port: 8081 };
  expect(parseSettings({}).pageListen).toEqual(usual);
  expect(parseSettings({ PAGE_LISTEN: "" }).pageListen).toBeUndefined();
  expect(parseSettings({ PAGE_LISTEN: ":1" }, { PAGE_LISTEN: "" }).pageListen).toBeUndefined();
  expect(parseSettings({ PAGE_LISTEN: "" }, { PAGE_LISTEN: ":1" }).pageListen).toEqual({ host: undefined, port: 1 });
  expect(parseSettings({ HTTP_LISTEN: "" }).httpListen).toEqual({ host: undefined, port: 8080 });
});
