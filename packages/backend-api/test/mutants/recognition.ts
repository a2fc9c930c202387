import { BackendError, type PersistentVolumeView } from "../../src/index.ts";
import type { Mutant } from "./mutant.ts";

export const recognitionMutants: readonly Mutant[] = [
  {
    name: "claims another's volume",
    caughtBy: ["a volume of another storage system is none of ours"],
    break: (sound) => ({
      diskForVolume: async (volume: PersistentVolumeView, options?: object) =>
        (await sound.diskForVolume(volume, options)) ?? { location: "home", id: volume.metadata.name },
    }),
  },
  {
    name: "does not know its own volume",
    caughtBy: ["a volume of this storage system is its disk", "two volumes are two disks"],
    break: () => ({ diskForVolume: async () => undefined }),
  },
  {
    name: "gives a volume's disk a new id each time",
    caughtBy: ["the same volume is the same disk each time"],
    break: (sound, world) => ({
      async diskForVolume(volume: PersistentVolumeView, options?: object) {
        const disk = await sound.diskForVolume(volume, options);
        world.lastNumber += 1;
        return disk && { ...disk, id: `${disk.id}-${world.lastNumber}` };
      },
    }),
  },
  {
    name: "guesses where a volume lacks something",
    caughtBy: ["a volume that lacks something is an error that says what"],
    break: (sound) => ({
      diskForVolume: (volume: PersistentVolumeView, options?: object) =>
        sound.diskForVolume(volume, options).catch((error: BackendError) => {
          if (error.code === "aborted") throw error;
          return { location: "home", id: "guess" };
        }),
    }),
  },
  {
    name: "disagrees with itself about a rule's disk",
    caughtBy: ["a rule's disk is the same as the volume's"],
    break: (sound) => ({
      async diskForSpec(spec: Record<string, unknown>, options?: object) {
        const { location, id } = await sound.diskForSpec(spec, options);
        return { location, id: `${location}/${id}` };
      },
    }),
  },
  {
    name: "guesses a rule's missing fields",
    caughtBy: ["a missing field is an error that names it"],
    break: (sound) => ({
      diskForSpec: (spec: Record<string, unknown>, options?: object) =>
        sound.diskForSpec({ location: "home", id: "guess", ...spec }, options),
    }),
  },
  {
    name: "does not name a rule's bad field",
    caughtBy: ["a missing field is an error that names it", "a field that is no text is an error that names it"],
    break: (sound) => ({
      diskForSpec: (spec: Record<string, unknown>, options?: object) =>
        sound.diskForSpec(spec, options).catch((error: BackendError) => {
          throw new BackendError(error.code, "bad rule");
        }),
    }),
  },
  {
    name: "takes numbers for texts",
    caughtBy: ["a field that is no text is an error that names it"],
    break: (sound) => ({
      diskForSpec: (spec: Record<string, unknown>, options?: object) =>
        sound.diskForSpec(
          Object.fromEntries(
            Object.entries(spec).map(([field, value]) => [
              field,
              value === 7 ? (field === "location" ? "home" : "7") : value,
            ]),
          ),
          options,
        ),
    }),
  },
  {
    name: "ignores a rule's unknown fields",
    caughtBy: ["an unknown field is an error that names it"],
    break: (sound) => ({
      diskForSpec: ({ volumeColour: _, ...spec }: Record<string, unknown>, options?: object) =>
        sound.diskForSpec(spec, options),
    }),
  },
];
