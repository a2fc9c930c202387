import { BackendError, type BackendErrorCode, type SnapshotBackend } from "../../src/index.ts";
import type { Mutant } from "./mutant.ts";

const operations = [
  "listSnapshots",
  "createSnapshot",
  "readSnapshot",
  "setSnapshotLabels",
  "createSnapshotGroup",
  "watchSnapshots",
  "readLimits",
  "deleteSnapshot",
] as const;
const mutableCodes = ["throttled", "unavailable", "forbidden", "unauthenticated", "unexpected"] as const;

export const errorMutants: readonly Mutant[] = [
  {
    name: "throws plain errors",
    caughtBy: ["createSnapshot refused as throttled says so", "a missing field is an error that names it"],
    break: changeErrors((error) => new Error(error.message)),
  },
  {
    name: "has the credentials in its errors",
    caughtBy: ["createSnapshot refused as throttled says so"],
    break: changeErrors((error) => new BackendError(error.code, `${error.message}, for token hunter2`)),
  },
  {
    name: "has the credentials in its errors' causes",
    caughtBy: ["createSnapshot refused as throttled says so"],
    break: changeErrors(
      (error) => new BackendError(error.code, error.message, { cause: { config: { headers: { token: "hunter2" } } } }),
    ),
  },
  {
    name: "takes nothing for retryable",
    caughtBy: ["createSnapshot refused as throttled says so", "listSnapshots refused as unavailable says so"],
    break: changeErrors((error) => new BackendError(error.code, error.message, { retryable: false })),
  },
  {
    name: "takes everything for retryable",
    caughtBy: ["createSnapshot refused as forbidden says so", "deleteSnapshot refused as unauthenticated says so"],
    break: changeErrors((error) => new BackendError(error.code, error.message, { retryable: true })),
  },
  {
    name: "asks to be left alone for less than no time",
    caughtBy: ["createSnapshot refused as throttled says so"],
    break: changeErrors((error) => new BackendError(error.code, error.message, { retryAfterMs: -1 })),
  },
  {
    name: "does not say whom its errors are about",
    caughtBy: ["createSnapshot refused as throttled says so", "a missing field is an error that names it"],
    break: changeErrors((error) => Object.assign(new BackendError(error.code, error.message), { scope: undefined })),
  },
  {
    name: "treats every error as one snapshot's",
    caughtBy: ["createSnapshot refused as throttled says so", "listSnapshots refused as unauthenticated says so"],
    break: changeErrors((error) => new BackendError(error.code, error.message, { scope: "snapshot" })),
  },
  {
    name: "says nothing",
    caughtBy: ["createSnapshot refused as throttled says so"],
    break: changeErrors((error) => new BackendError(error.code, "")),
  },
  ...mutableCodes.map((code) =>
    mismap(
      code,
      operations.map((operation) => `${operation} refused as ${code} says so`),
    ),
  ),
  mismap("limit-reached", [
    "createSnapshot refused as limit-reached says so",
    "createSnapshotGroup refused as limit-reached says so",
  ]),
  mismap("unauthenticated", ["checkAccess without credentials is unauthenticated"]),
];

function mismap(code: BackendErrorCode, caughtBy: readonly string[]): Mutant {
  return {
    name: `mistakes ${code} for something else`,
    caughtBy,
    break: changeErrors((error) => (error.code === code ? new BackendError("in-use", error.message) : error)),
  };
}

/** Breaks what every method rejects with. */
function changeErrors(change: (error: BackendError) => Error): Mutant["break"] {
  return (sound) => {
    const rethrow = (error: BackendError): never => {
      throw change(error);
    };
    const { readSnapshot, setSnapshotLabels, createSnapshotGroup, watchSnapshots, readLimits } = sound;
    const methods: Omit<SnapshotBackend, "apiVersion" | "name" | "capabilities"> = {
      ...(readSnapshot && { readSnapshot: (...call) => readSnapshot(...call).catch(rethrow) }),
      ...(setSnapshotLabels && { setSnapshotLabels: (...call) => setSnapshotLabels(...call).catch(rethrow) }),
      ...(createSnapshotGroup && { createSnapshotGroup: (...call) => createSnapshotGroup(...call).catch(rethrow) }),
      ...(readLimits && { readLimits: (...call) => readLimits(...call).catch(rethrow) }),
      ...(watchSnapshots && {
        async *watchSnapshots(...call) {
          try {
            yield* watchSnapshots(...call);
          } catch (error) {
            rethrow(error as BackendError);
          }
        },
      }),
      diskForVolume: (...call) => sound.diskForVolume(...call).catch(rethrow),
      diskForSpec: (...call) => sound.diskForSpec(...call).catch(rethrow),
      createSnapshot: (...call) => sound.createSnapshot(...call).catch(rethrow),
      deleteSnapshot: (...call) => sound.deleteSnapshot(...call).catch(rethrow),
      checkAccess: (...call) => sound.checkAccess(...call).catch(rethrow),
      async *listSnapshots(...call) {
        try {
          yield* sound.listSnapshots(...call);
        } catch (error) {
          rethrow(error as BackendError);
        }
      },
    };
    return methods;
  };
}
