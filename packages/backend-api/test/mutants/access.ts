import type { AccessCheck } from "../../src/index.ts";
import { BackendError } from "../../src/index.ts";
import type { CallOptions, Mutant } from "./mutant.ts";

export const accessMutants: readonly Mutant[] = [
  {
    name: "throws for a missing permission",
    caughtBy: ["a missing permission is an answer, not an error"],
    break: (sound) => ({
      async checkAccess(location: string, options?: CallOptions) {
        const report = await sound.checkAccess(location, options);
        const missing = report.checks.find(({ status }) => status === "missing");
        if (missing) throw new BackendError("forbidden", `${missing.permission} is missing`);
        return report;
      },
    }),
  },
  {
    name: "takes everything for granted",
    caughtBy: ["a missing permission is an answer, not an error"],
    break: recheck((check) => [{ ...check, status: "granted" }]),
  },
  {
    name: "misses everything",
    caughtBy: ["nothing is missing where everything works"],
    break: recheck((check) => [{ ...check, status: "missing" }]),
  },
  {
    name: "names no permission",
    caughtBy: ["each permission is named once, with its status"],
    break: recheck(() => []),
  },
  {
    name: "names each permission twice",
    caughtBy: ["each permission is named once, with its status"],
    break: recheck((check) => [check, check]),
  },
  {
    name: "does not say why it does not know",
    caughtBy: ["a permission that is unknown says why"],
    break: recheck(({ permission }) => [{ permission, status: "unknown" }]),
  },
  {
    name: "tries a permission out by using it",
    caughtBy: ["it makes nothing"],
    break: (sound, { storage }) => ({
      async checkAccess(location: string, options?: CallOptions) {
        const [example] = storage.snapshots(location);
        if (example) storage.addSnapshot({ disk: { location, id: example.diskId }, labels: example.labels });
        return sound.checkAccess(location, options);
      },
    }),
  },
];

function recheck(change: (check: AccessCheck) => readonly AccessCheck[]): Mutant["break"] {
  return (sound) => ({
    async checkAccess(location: string, options?: CallOptions) {
      const { checks } = await sound.checkAccess(location, options);
      return { checks: checks.flatMap(change) };
    },
  });
}
