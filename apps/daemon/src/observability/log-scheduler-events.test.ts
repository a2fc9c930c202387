import { BackendError, type BackendErrorCode } from "@k8s-snapshots/backend-api";
import type { Deferral, DiskContext, SchedulerEvent } from "@k8s-snapshots/scheduler";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { logSchedulerEvents } from "./log-scheduler-events.ts";

const about: DiskContext = { backend: "aws", disk: { location: "eu-west-1", id: "vol-1" }, rule: undefined };

describe("the log", () => {
  it("keeps the event names that people alert on, with what the event is about", () => {
    const error = new BackendError("not-found", "vol-1 does not exist in eu-west-1");
    const [line] = logged({ type: "snapshot.failed", ...about, error, retryAt: 0 });
    expect(line).toMatchObject({
      level: 50,
      event: "snapshot.error",
      type: "snapshot.failed",
      disk: "vol-1",
      code: "not-found",
    });
    expect(line?.["msg"]).toBe("vol-1 does not exist in eu-west-1");
  });

  it("leaves out what a vendor's error carries besides its message: it may hold a key", () => {
    const cause = Object.assign(new Error("request failed"), { headers: { authorization: "Bearer secret" } });
    const error = new BackendError("unavailable", "cannot list eu-west-1", { cause });
    const [line] = logged({ type: "location.failed", backend: "aws", location: "eu-west-1", error, retryAt: 0 });
    expect(line).toMatchObject({ cause: "Error: request failed" });
    expect(JSON.stringify(line)).not.toContain("secret");
  });

  it("says that deletions begin, why a snapshot goes, and when all are done", () => {
    const deletion = { id: "snap-1", createdAt: 0, reason: "failed", why: undefined } as const;
    const lines = logged(
      { type: "deletion.requested", ...about, deletion },
      { type: "deletion.requested", ...about, deletion: { ...deletion, id: "snap-2" } },
      { type: "snapshot.expired", ...about, deletion },
      { type: "deletion.completed", ...about, deleted: 1, failed: 0 },
      { type: "deletion.requested", ...about, deletion },
    );
    expect(lines.map(({ event }) => event)).toEqual([
      "expire.started",
      "expire.delete",
      "expire.delete",
      "snapshot.expired",
      "expire.complete",
      "expire.started",
      "expire.delete",
    ]);
    expect(lines[3]).toMatchObject({ snapshot: "snap-1", msg: "it failed, and will never be usable" });
  });

  it("tells a reason as loud as it is severe, once as long as it goes on", () => {
    const deferred = (...reasons: Deferral["reason"][]): SchedulerEvent => {
      return { type: "disk.deferred", ...about, deferrals: reasons.map((reason) => ({ reason, count: 1 })) };
    };
    const lines = logged(
      deferred("BreakerOpen", "Grace", "Pending"),
      deferred("BreakerOpen", "Stuck"),
      deferred(),
      deferred("BreakerOpen"),
    );
    expect(lines.map(({ level, reason }) => [level, reason])).toEqual([
      [50, "BreakerOpen"],
      [40, "Grace"],
      [20, "Pending"],
      [20, "BreakerOpen"],
      [40, "Stuck"],
      [50, "BreakerOpen"],
    ]);
    expect(lines[0]).toMatchObject({ event: "disk.deferred", defers: "creation", disk: "vol-1" });
  });

  it("says once, by the failure, why the next snapshot has to wait", () => {
    const error = new BackendError("invalid", "no such class");
    const lines = logged(
      { type: "snapshot.failed", ...about, error, retryAt: 0 },
      { type: "disk.deferred", ...about, deferrals: [{ reason: "CreationFailed", count: 1, detail: "no such class" }] },
    );
    expect(lines.map(({ level }) => level)).toEqual([50, 20]);
  });

  it("warns once that a storage system asks to slow down", () => {
    const error = new BackendError("throttled", "slow down");
    const where = { backend: "aws", location: "eu-west-1" };
    const paused: SchedulerEvent = { type: "location.paused", ...where, kind: "create", pause: 2_000, error };
    const ended: SchedulerEvent = { type: "call.ended", ...where, kind: "create", took: 1, code: undefined };
    expect(logged(paused, paused, ended, paused).map(({ level }) => level)).toEqual([40, 20, 40]);
  });

  it("says once that a location cannot be listed, and when it can again", () => {
    const where = { backend: "google", location: "my-project" };
    const error = new BackendError("unauthenticated", "there are no credentials");
    const failing: SchedulerEvent = { type: "location.failed", ...where, error, retryAt: 0 };
    const working: SchedulerEvent = { type: "location.listed", ...where, snapshots: 0, unattributed: 0, took: 1 };
    const lines = logged(failing, failing, failing, working, failing);
    expect(lines.filter(({ level }) => level === 50)).toHaveLength(2);
    expect(lines).toContainEqual(expect.objectContaining({ level: 30, event: "backend.recovered", failed: 3 }));
  });

  it("says another error of the same location", () => {
    const where = { backend: "google", location: "my-project" };
    const [away, refused] = (["unavailable", "forbidden"] as const).map(
      (code): SchedulerEvent => ({
        type: "location.failed",
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
      type: "snapshot.failed",
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
