import { describe, expect, it } from "vitest";
import type { CoverageDocument, CoverageVolume } from "../api/index.ts";
import { filterVolumes, noFilter } from "./filter.ts";
import { emptyState, movesVolumes, type PageState, reduce } from "./page-state.ts";

function volumeOf(name: string, changes: Partial<CoverageVolume> = {}): CoverageVolume {
  return {
    ...{ object: `PersistentVolumeClaim/shop/${name}`, namespace: "shop", name, volume: `pv-${name}` },
    ...{ protection: "unprotected", reason: "NoRule", message: "no rule asks for snapshots", rule: null },
    ...{ newest: null, lateAt: null, dueAt: null, held: null, worstGapSeconds: null },
    ...changes,
  };
}

const rule = {
  id: "r",
  deltas: "PT1H P1D",
  backend: "aws",
  location: "eu-west-1",
  disk: "vol-1",
  intervalSeconds: 3_600,
};
const safe = volumeOf("data", { protection: "protected", reason: "UpToDate", rule });

function coverageOf(volumes: readonly CoverageVolume[]): CoverageDocument {
  const sum = { volumes: volumes.length, protected: 0, late: 0, unprotected: 0, excluded: 0 };
  return { now: "2026-11-28T00:00:00.000Z", cluster: "home", asked: "the daemon", sum, volumes };
}

function loaded(volumes: readonly CoverageVolume[]): PageState {
  return reduce(emptyState, { type: "loaded", coverage: coverageOf(volumes) });
}

describe("folds", () => {
  const many = Array.from({ length: 5 }, (_, index) => volumeOf(`scratch-${index}`));

  it("make one row of five volumes with one reason, and none of four", () => {
    expect(loaded([...many, safe]).items.map(({ key }) => key)).toEqual(["fold/unprotected/NoRule", safe.object]);
    expect(loaded([...many.slice(1), safe]).items).toHaveLength(5);
  });

  it("open and close", () => {
    const key = "fold/unprotected/NoRule";
    const opened = reduce(loaded([...many, safe]), { type: "folded", key });
    expect(opened.items).toHaveLength(7);
    expect(reduce(opened, { type: "folded", key }).items).toHaveLength(2);
  });

  it("hide nothing from who searches, nor what has snapshots", () => {
    const state = reduce(loaded(many), { type: "filtered", filter: { text: "scratch" } });
    expect(state.items).toHaveLength(5);
    const stuck = Array.from({ length: 9 }, (_, index) => volumeOf(`d-${index}`, { rule, reason: "Stuck" }));
    expect(loaded(stuck).items).toHaveLength(9);
  });
});

describe("the filter", () => {
  const volumes = [volumeOf("a", { namespace: "bank" }), volumeOf("b", { namespace: null }), safe];
  const names = (filter: Partial<typeof noFilter>): readonly string[] =>
    filterVolumes(volumes, { ...noFilter, ...filter }).map(({ name }) => name);

  it("finds by namespace, state, reason, backend and each word of a text", () => {
    expect(names({ namespace: "bank" })).toEqual(["a"]);
    expect(names({ namespace: "no namespace" })).toEqual(["b"]);
    expect(names({ state: "protected" })).toEqual(["data"]);
    expect(names({ state: "=NoRule" })).toEqual(["a", "b"]);
    expect(names({ backend: "aws" })).toEqual(["data"]);
    expect(names({ text: "VOL-1 shop" })).toEqual(["data"]);
    expect(names({ text: "vol-1 bank" })).toEqual([]);
  });
});

describe("the first volumes", () => {
  it("are known not to be all until all are there", () => {
    const all = coverageOf([volumeOf("a"), safe]);
    const first = reduce(emptyState, { type: "loaded", coverage: { ...all, volumes: all.volumes.slice(0, 1) } });
    expect([first.isWhole, first.items.length]).toEqual([false, 1]);
    const whole = reduce(first, { type: "loaded", coverage: all });
    expect([whole.isWhole, whole.items.length]).toEqual([true, 2]);
  });
});

describe("a change", () => {
  it("takes the place of what was, and takes away what is gone", () => {
    const state = loaded([volumeOf("a"), safe]);
    const newer = { ...safe, held: 7 };
    const asked = [safe.object, "PersistentVolumeClaim/shop/a"];
    const after = reduce(state, { type: "patched", asked, part: coverageOf([newer]) });
    expect(after.coverage?.volumes).toEqual([newer]);
  });

  it("asks for the whole only where a volume comes, goes, or is of another state", () => {
    const coverage = coverageOf([safe]);
    const moves = (volumes: readonly CoverageVolume[]): boolean =>
      movesVolumes(coverage, [safe.object], coverageOf(volumes));
    expect(moves([{ ...safe, held: 7 }])).toBe(false);
    expect(moves([{ ...safe, protection: "late" }])).toBe(true);
    expect(moves([])).toBe(true);
  });
});
