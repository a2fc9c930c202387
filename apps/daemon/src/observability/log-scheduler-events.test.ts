import { BackendError, type BackendErrorCode } from "@k8s-snapshots/backend-api";
import type { DiskContext, Hold, HoldReason, SchedulerEvent } from "@k8s-snapshots/scheduler";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { logSchedulerEvents } from "./log-scheduler-events.ts";

const about: DiskContext = { backend: "aws", disk: { location: "eu-west-1", id: "vol-1" }, rule: undefined };

describe("the log", () => {
  it("keeps the event names that people alert on, with what the event is about", () => {
    const error = new BackendError("not-found", "vol-1 does not exist in eu-west-1");
    const [line] = logged({ type: "snapshot.error", ...about, error, retryAt: 0 });
    expect(line).toMatchObject({ level: 50, event: "snapshot.error", disk: "vol-1", code: "not-found" });
    expect(line?.["msg"]).toBe("vol-1 does not exist in eu-west-1");
  });

  it("leaves out what a vendor's error carries besides its message: it may hold a key", () => {
    const cause = Object.assign(new Error("request failed"), { headers: { authorization: "Bearer secret" } });
    const error = new BackendError("unavailable", "cannot list eu-west-1", { cause });
    const [line] = logged({ type: "location.error", backend: "aws", location: "eu-west-1", error, retryAt: 0 });
    expect(line).toMatchObject({ cause: "Error: request failed" });
    expect(JSON.stringify(line)).not.toContain("secret");
  });

  it("says why a snapshot goes", () => {
    const snapshot = {
      id: "snap-1",
      location: "eu-west-1",
      diskId: "vol-1",
      createdAt: new Date(0),
      state: "failed" as const,
      labels: {},
    };
    const [line] = logged({ type: "snapshot.expired", ...about, deletion: { snapshot, reason: { kind: "failed" } } });
    expect(line).toMatchObject({ event: "snapshot.expired", snapshot: "snap-1" });
    expect(line?.["msg"]).toBe("it failed, and will never be usable");
  });

  it("warns of a schedule that the storage system does not allow, and not of one that waits", () => {
    const hold = (reason: HoldReason): Hold => ({ what: "creation", reason, message: reason, snapshots: [] });
    const lines = logged({ type: "disk.held", ...about, holds: [hold("TooManySnapshots"), hold("Pending")] });
    expect(lines.map(({ level, reason }) => [level, reason])).toEqual([
      [40, "TooManySnapshots"],
      [20, "Pending"],
    ]);
  });

  it("says once that a location cannot be listed, and when it can again", () => {
    const where = { backend: "google", location: "my-project" };
    const error = new BackendError("unauthenticated", "there are no credentials");
    const failing: SchedulerEvent = { type: "location.error", ...where, error, retryAt: 0 };
    const working: SchedulerEvent = { type: "location.listed", ...where, snapshots: 0, tookMs: 1 };
    const lines = logged(failing, failing, failing, working, failing);
    expect(lines.filter(({ level }) => level === 50)).toHaveLength(2);
    expect(lines).toContainEqual(expect.objectContaining({ level: 30, event: "backend.recovered", failed: 3 }));
  });

  it("says another error of the same location", () => {
    const where = { backend: "google", location: "my-project" };
    const [away, refused] = (["unavailable", "forbidden"] as const).map(
      (code): SchedulerEvent => ({
        type: "location.error",
        ...where,
        error: new BackendError(code, `it is ${code}`),
        retryAt: 0,
      }),
    ) as [SchedulerEvent, SchedulerEvent];
    expect(logged(away, refused).map(({ level }) => level)).toEqual([50, 50]);
  });

  it("says once what all disks of a location suffer from, and of each disk what is its own", () => {
    const failed = (id: string, code: BackendErrorCode): SchedulerEvent => ({
      ...about,
      type: "snapshot.error",
      disk: { location: "eu-west-1", id },
      error: new BackendError(code, `${id} is ${code}`),
      retryAt: 0,
    });
    const lines = logged(
      failed("vol-1", "unavailable"),
      failed("vol-2", "unavailable"),
      failed("vol-3", "not-found"),
      failed("vol-4", "not-found"),
      failed("vol-4", "not-found"),
    );
    expect(lines.filter(({ level }) => level === 50).map(({ disk }) => disk)).toEqual(["vol-1", "vol-3", "vol-4"]);
  });
});

function logged(...events: readonly SchedulerEvent[]): Record<string, unknown>[] {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  events.forEach(logSchedulerEvents(logger));
  return lines;
}
