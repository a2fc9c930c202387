import { BackendError, type CreateSnapshotGroupRequest, type Disk, type SnapshotBackend } from "../../src/index.ts";
import { type CallOptions, type CreateRequest, type Mutant, recreate } from "./mutant.ts";

const ofVolume = "a disk's details are texts, and its volume's can be handed back";
const ofRule = "the details of a rule's disk can be handed back";
const areTaken = "a creation takes the parameters that are declared";
const ofGroup = "a group takes the same parameters";
const isUnknown = "a parameter that is not declared is invalid, and named";
const isWrong = "a parameter whose value cannot be is invalid, and named";

export const parameterMutants: readonly Mutant[] = [
  {
    name: "notes of a disk what is no text",
    caughtBy: [ofVolume, ofRule],
    break: redetail((disk) => ({ ...disk, details: { size: 7 } as unknown as Record<string, string> })),
  },
  {
    name: "refuses the details that it gave",
    caughtBy: [ofVolume, ofRule],
    break: (sound, world) => ({
      async createSnapshot(request: CreateRequest, options?: CallOptions) {
        const { details } = request.disk;
        if (details?.["from"] !== undefined) throw new BackendError("invalid", "from is not known");
        return sound.createSnapshot(request, options);
      },
      ...redetail((disk) => ({ ...disk, details: { from: "volume" } }))(sound, world),
    }),
  },
  {
    name: "declares other parameters than it takes",
    caughtBy: [areTaken],
    manifest: { parameters: { kind: { type: "string", description: "what it is kept in" } } },
    break: () => ({}),
  },
  {
    name: "has a parameter that nobody described",
    caughtBy: ["each parameter of a creation is a text, with a description"],
    manifest: { parameters: { class: { type: "string", description: "" } } },
    break: () => ({}),
  },
  {
    name: "takes no parameters",
    caughtBy: [areTaken, ofGroup],
    break: (sound) => {
      const methods: Partial<SnapshotBackend> = {
        async createSnapshot(request, options) {
          assertNone(request.parameters);
          return sound.createSnapshot(request, options);
        },
        async createSnapshotGroup(request, options) {
          assertNone(request.parameters);
          return (await sound.createSnapshotGroup?.(request, options)) ?? [];
        },
      };
      return methods;
    },
  },
  {
    name: "drops the parameters of a creation",
    caughtBy: [isUnknown, isWrong],
    break: recreate(({ parameters: _, ...request }) => request),
  },
  {
    name: "drops the parameters of a group",
    caughtBy: [ofGroup],
    break: (sound) => ({
      createSnapshotGroup: ({ parameters: _, ...request }: CreateSnapshotGroupRequest, options?: CallOptions) =>
        sound.createSnapshotGroup?.(request, options),
    }),
  },
];

function assertNone(parameters: CreateRequest["parameters"]): void {
  if (parameters) throw new BackendError("invalid", `${Object.keys(parameters)} is not known`);
}

/** Breaks what is noted of each disk. */
function redetail(change: (disk: Disk) => Disk): Mutant["break"] {
  return (sound) => {
    const methods: Pick<SnapshotBackend, "diskForVolume" | "diskForSpec"> = {
      async diskForVolume(volume, options) {
        const disk = await sound.diskForVolume(volume, options);
        return disk && change(disk);
      },
      diskForSpec: async (spec, options) => change(await sound.diskForSpec(spec, options)),
    };
    return methods;
  };
}
