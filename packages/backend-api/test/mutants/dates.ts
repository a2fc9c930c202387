import type { CallOptions, SnapshotBackend } from "../../src/index.ts";
import type { Mutant } from "./mutant.ts";

const operations = [
  "createSnapshot",
  "listSnapshots",
  "deleteSnapshot",
  "checkAccess",
  "createSnapshotGroup",
  "watchSnapshots",
  "readLimits",
];
const areNow = operations.map((operation) => `the dates that ${operation} hands on are valid, and now`);
const areHandedOn = operations.map((operation) => `${operation} hands on the date of its answer`);

export const dateMutants: readonly Mutant[] = [
  {
    name: "hands on dates that are not valid",
    caughtBy: areNow,
    break: redate((onDate) => ({ onDate: () => onDate(new Date(Number.NaN)) })),
  },
  {
    name: "hands on dates as texts",
    caughtBy: areNow,
    break: redate((onDate) => ({ onDate: (date) => onDate(date.toUTCString() as unknown as Date) })),
  },
  {
    name: "hands on dates in seconds",
    caughtBy: areNow,
    break: redate((onDate) => ({ onDate: (date) => onDate(new Date(date.getTime() / 1000)) })),
  },
  {
    name: "hands on no date",
    caughtBy: [...areHandedOn, "a list hands on a date before its first snapshot", "a refusal has a date too"],
    break: redate(() => ({})),
  },
  {
    name: "hands on a date when the list is over",
    caughtBy: ["a list hands on a date before its first snapshot"],
    break: (sound) => ({
      async *listSnapshots(...[request, { onDate, ...options } = {}]: Parameters<SnapshotBackend["listSnapshots"]>) {
        const dates: Date[] = [];
        yield* sound.listSnapshots(request, { ...options, onDate: (date) => void dates.push(date) });
        for (const date of dates) onDate?.(date);
      },
    }),
  },
];

/** Breaks what every method does with the listener. */
function redate(change: (onDate: (date: Date) => void) => CallOptions): Mutant["break"] {
  return (sound) => {
    const changed = ({ onDate, ...others }: CallOptions = {}): CallOptions =>
      onDate ? { ...others, ...change(onDate) } : others;
    const { createSnapshotGroup, watchSnapshots, readLimits } = sound;
    const methods: Partial<SnapshotBackend> = {
      ...(createSnapshotGroup && {
        createSnapshotGroup: (request, options) => createSnapshotGroup(request, changed(options)),
      }),
      ...(watchSnapshots && { watchSnapshots: (request, options) => watchSnapshots(request, changed(options)) }),
      ...(readLimits && { readLimits: (location, options) => readLimits(location, changed(options)) }),
      listSnapshots: (request, options) => sound.listSnapshots(request, changed(options)),
      createSnapshot: (request, options) => sound.createSnapshot(request, changed(options)),
      deleteSnapshot: (snapshot, options) => sound.deleteSnapshot(snapshot, changed(options)),
      checkAccess: (location, options) => sound.checkAccess(location, changed(options)),
    };
    return methods;
  };
}
