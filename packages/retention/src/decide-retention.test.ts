import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DatedSnapshot, decideRetention, describeExpireReason, describeKeepReason, parseDeltas } from "./index.ts";

describe("with months and years, which tarsnapper refuses", () => {
  it.each([
    [
      "one a month on the last day, however long the month",
      "P1M P1Y",
      ["2025-11-30", "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
      ["2025-11-30", "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
    ],
    [
      "dailies thin out to one a month",
      "P1D P7D P1M P1Y",
      [...days("2026-01-01", 90)],
      [
        "2026-01-01",
        "2026-02-01",
        "2026-02-28",
        "2026-03-01",
        "2026-03-07",
        "2026-03-14",
        "2026-03-21",
        ...days("2026-03-24", 8),
      ],
    ],
    [
      "a year ago over a leap day",
      "P1Y P3Y",
      ["2024-02-28", "2024-02-29", "2024-03-01", "2025-02-28", "2026-02-28", "2027-02-28"],
      ["2024-02-28", "2025-02-28", "2026-02-28", "2027-02-28"],
    ],
    [
      "an outage of several months costs no month twice",
      "P1M P1Y",
      ["2025-06-15", "2025-07-15", "2025-12-15", "2025-12-20", "2026-01-15"],
      ["2025-06-15", "2025-07-15", "2025-12-15", "2026-01-15"],
    ],
  ])("%s", (_, deltas, dates, kept) => {
    const decision = decideRetention(parseDeltas(deltas), dates.map(onDay));
    expect(decision.kept.map(({ snapshot }) => snapshot.id).sort()).toEqual(kept);
  });
});

describe("reasons", () => {
  const deltas = parseDeltas("P1D P4D P8D");
  const dates = ["2026-01-01", "2026-01-04", "2026-01-05", "2026-01-11", "2026-01-12", "2026-01-16", "2026-01-17"];
  const noon = { id: "noon", createdAt: new Date("2026-01-16T12:00:00Z") };
  const twin = { id: "twin", createdAt: new Date("2026-01-12T00:00:00Z") };
  const { kept, expired } = decideRetention(deltas, [...dates.map(onDay), noon, twin]);

  it("name each generation that a snapshot is kept for, and the point in time it is nearest to", () => {
    expect(kept.map(({ snapshot, reasons }) => [snapshot.id, ...reasons.map(describeKeepReason)])).toEqual([
      ["2026-01-17", "the newest"],
      [
        "2026-01-16",
        "nearest to 2026-01-14T00:00:00Z, one each P1D up to P4D",
        "nearest to 2026-01-15T00:00:00Z, one each P4D up to P8D",
      ],
      ["2026-01-12", "nearest to 2026-01-13T00:00:00Z, one each P1D up to P4D"],
      ["2026-01-11", "nearest to 2026-01-09T00:00:00Z, one each P4D up to P8D"],
    ]);
  });

  it("name what an expired snapshot lost against", () => {
    expect(expired.map(({ snapshot, reason }) => [snapshot.id, describeExpireReason(reason)])).toEqual([
      ["noon", "less than P1D after 2026-01-16, one each P1D up to P4D"],
      ["twin", "taken at the same time as 2026-01-12"],
      ["2026-01-05", "older than P8D, and 2026-01-11 is nearer to 2026-01-09T00:00:00Z"],
      ["2026-01-04", "older than P8D, and 2026-01-11 is nearer to 2026-01-09T00:00:00Z"],
      ["2026-01-01", "older than P8D, and 2026-01-11 is nearer to 2026-01-09T00:00:00Z"],
    ]);
  });

  it("name the nearer one within a generation", () => {
    const { expired } = decideRetention(parseDeltas("P2D P8D"), days("2026-01-01", 9).map(onDay));
    expect(expired.map(({ snapshot, reason }) => [snapshot.id, describeExpireReason(reason)])).toContainEqual([
      "2026-01-02",
      "2026-01-03 is nearer to 2026-01-03T00:00:00Z, one each P2D up to P8D",
    ]);
  });

  it("call a snapshot what the caller calls it", () => {
    const [, second] = expired;
    const reason = second?.reason as NonNullable<typeof second>["reason"];
    expect(describeExpireReason(reason, ({ id }) => `the one of ${id}`)).toBe(
      "taken at the same time as the one of 2026-01-12",
    );
  });
});

describe("input", () => {
  it("may be of the caller's own type", () => {
    const files = [
      { path: "a", modified: 0 },
      { path: "b", modified: 1 },
    ];
    const decision = decideRetention(parseDeltas("PT1H P1D"), files, ({ path, modified }) => ({
      id: path,
      createdAt: new Date(modified),
    }));
    expect(decision.kept[0]?.snapshot).toBe(files[1]);
  });

  it("with an invalid date is refused by name", () => {
    const broken = { id: "snap-1", createdAt: new Date("yesterday") };
    expect(() => decideRetention(parseDeltas("PT1H P1D"), [broken])).toThrow("createdAt of snapshot snap-1");
  });

  it("that lists one snapshot twice is refused, for one of the two would be to delete", () => {
    const snapshot = onDay("2026-01-01");
    expect(() => decideRetention(parseDeltas("PT1H P1D"), [snapshot, snapshot])).toThrow("2026-01-01 is listed twice");
  });
});

describe("many snapshots of one millisecond", () => {
  it("ms-1: all but the one with the lowest id expire, by id, and share one reason", () => {
    const many = Array.from({ length: 32_000 }, (_, index) => ({
      id: `s${String((index * 7_919) % 32_000).padStart(5, "0")}`,
      createdAt: new Date(0),
    }));
    const { kept, expired } = decideRetention(parseDeltas("PT1H P1D"), many);
    expect(kept.map(({ snapshot }) => snapshot.id)).toEqual(["s00000"]);
    expect(expired.map(({ snapshot }) => snapshot.id)).toEqual(
      many
        .map(({ id }) => id)
        .sort()
        .slice(1),
    );
    expect(new Set(expired.map(({ reason }) => reason)).size).toBe(1);
  });
});

describe("whatever the schedule and the history", () => {
  const durations = fc.oneof(
    fc.integer({ min: 1, max: 100 }).map((minutes) => `PT${minutes}M`),
    fc.integer({ min: 1, max: 100 }).map((hours) => `PT${hours}H`),
    fc.integer({ min: 1, max: 400 }).map((days) => `P${days}D`),
    fc.integer({ min: 1, max: 30 }).map((months) => `P${months}M`),
    fc.integer({ min: 1, max: 4 }).map((years) => `P${years}Y`),
  );
  const schedules = fc.array(durations, { minLength: 2, maxLength: 6 }).map((texts) => parseDeltas(texts.join(" ")));
  const histories = fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 1e11 }),
        fc.integer({ min: 0, max: 1000 }).map((hours) => hours * 36e5),
      ),
    )
    .map((times) => times.map((time, index) => ({ id: `s${index}`, createdAt: new Date(time) })));

  it("the newest is kept, and each snapshot is in the answer once", () => {
    fc.assert(
      fc.property(schedules, histories, (deltas, snapshots) => {
        const { kept, expired } = decideRetention(deltas, snapshots);
        const answered = [...kept, ...expired].map(({ snapshot }) => snapshot.id);
        expect(answered.sort()).toEqual(snapshots.map(({ id }) => id).sort());
        const newest = Math.max(...snapshots.map(({ createdAt }) => createdAt.getTime()));
        if (snapshots.length > 0) expect(kept[0]?.snapshot.createdAt.getTime()).toBe(newest);
        for (const { reasons } of kept) expect(reasons.length).toBeGreaterThan(0);
      }),
    );
  });

  it("a second run on what was kept expires nothing", () => {
    fc.assert(
      fc.property(schedules, histories, (deltas, snapshots) => {
        const kept = decideRetention(deltas, snapshots).kept.map(({ snapshot }) => snapshot);
        expect(decideRetention(deltas, kept).expired).toEqual([]);
      }),
    );
  });

  it("the order of the input does not matter", () => {
    fc.assert(
      fc.property(schedules, histories, (deltas, snapshots) => {
        expect(decideRetention(deltas, snapshots.toReversed())).toEqual(decideRetention(deltas, snapshots));
      }),
    );
  });

  it("what an expired snapshot lost against is kept", () => {
    fc.assert(
      fc.property(schedules, histories, (deltas, snapshots) => {
        const { kept, expired } = decideRetention(deltas, snapshots);
        const keptOrTwin = new Set(
          [...kept, ...expired.filter(({ reason }) => reason.kind !== "same-time")].map((e) => e.snapshot),
        );
        const keptSnapshots = new Set(kept.map(({ snapshot }) => snapshot));
        for (const { snapshot, reason } of expired) {
          if (reason.kind === "same-time") expect(keptOrTwin).toContain(reason.by);
          else expect(keptSnapshots).toContain(reason.by);
          if ("wanted" in reason) {
            expect(distance(reason.by, reason.wanted)).toBeLessThanOrEqual(distance(snapshot, reason.wanted));
          }
        }
      }),
    );
  });
});

function onDay(day: string): DatedSnapshot {
  return { id: day, createdAt: new Date(`${day}T00:00:00Z`) };
}

function days(first: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(`${first}T00:00:00Z`) + index * 86_400_000).toISOString().slice(0, 10),
  );
}

function distance(snapshot: DatedSnapshot, wanted: Date): number {
  return Math.abs(snapshot.createdAt.getTime() - wanted.getTime());
}
