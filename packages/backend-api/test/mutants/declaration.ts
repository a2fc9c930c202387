import type { Mutant } from "./mutant.ts";

export const declarationMutants: readonly Mutant[] = [
  {
    name: "was written against another version",
    caughtBy: ["the daemon would accept the backend"],
    break: () => ({ apiVersion: 1 }),
  },
  {
    name: "declares that it reads snapshots, and cannot",
    caughtBy: ["the daemon would accept the backend"],
    break: () => ({ readSnapshot: undefined }),
  },
  {
    name: "declares a limit that the harness knows nothing of",
    caughtBy: ["the capabilities are those that the harness expects"],
    break: () => ({ capabilities: { restore: true, maxSnapshotsPerDisk: 25 } }),
  },
  {
    name: "declares a limit of nothing",
    caughtBy: ["the limits are positive numbers, and the lag is not negative"],
    break: () => ({ capabilities: { restore: true, callsPerSecond: { delete: 0 } } }),
  },
  {
    name: "declares a lag that is no number",
    caughtBy: ["the limits are positive numbers, and the lag is not negative"],
    break: () => ({ capabilities: { restore: true, listLagMs: Number.NaN } }),
  },
];
