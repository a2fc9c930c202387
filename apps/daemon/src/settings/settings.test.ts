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
    });
    expect(settings.backends).toBeUndefined();
    expect(settings.formatTime?.(new Date("2026-03-01T04:05:06Z"))).toBe("010326-040506");
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
