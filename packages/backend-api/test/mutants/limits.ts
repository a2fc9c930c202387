import type { LocationLimits } from "../../src/index.ts";
import type { MemoryTestWorld } from "../memory-harness.ts";
import type { CallOptions, Mutant } from "./mutant.ts";

const areKnown = "limits are whole numbers, and some are known";
const areCounted = "where snapshots are counted, everybody's are";

export const limitMutants: readonly Mutant[] = [
  {
    name: "knows of no limit",
    caughtBy: [areKnown],
    break: relimit(() => ({})),
  },
  {
    name: "says that there is no limit with a number that is none",
    caughtBy: [areKnown],
    break: relimit((limits) => ({ ...limits, maxSnapshots: Number.POSITIVE_INFINITY })),
  },
  {
    name: "gives limits as texts",
    caughtBy: [areKnown],
    break: relimit(({ snapshots, ...limits }) => ({ ...limits, snapshots: `${snapshots}` as unknown as number })),
  },
  {
    name: "counts our snapshots only",
    caughtBy: [areCounted],
    break: relimit((limits, { storage }) => ({
      ...limits,
      snapshots: [...storage.snapshots("home")].filter(
        ({ labels }) => labels["k8s-snapshots/conformance"] !== "someone-else",
      ).length,
    })),
  },
  {
    name: "remembers limits",
    caughtBy: [areCounted, "a quota that was changed is read at the next call"],
    break: (sound) => {
      let limits: Promise<LocationLimits> | undefined;
      return {
        readLimits: (location: string, options?: CallOptions) => (limits ??= sound.readLimits?.(location, options)),
      };
    },
  },
  {
    name: "knows limits of every location",
    caughtBy: ["the limits of an unknown location are invalid"],
    break: (sound) => ({
      readLimits: (_: string, options?: CallOptions) => sound.readLimits?.("home", options),
    }),
  },
];

function relimit(change: (limits: LocationLimits, world: MemoryTestWorld) => LocationLimits): Mutant["break"] {
  return (sound, world) => ({
    readLimits: async (location: string, options?: CallOptions) =>
      change((await sound.readLimits?.(location, options)) ?? {}, world),
  });
}
