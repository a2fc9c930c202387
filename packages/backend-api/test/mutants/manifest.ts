import type { BackendManifest } from "../../src/index.ts";
import type { Mutant } from "./mutant.ts";

function manifestMutant(
  name: string,
  caughtBy: string,
  manifest: Partial<Record<keyof BackendManifest, unknown>>,
): Mutant {
  return { name, caughtBy: [caughtBy], manifest: manifest as Partial<BackendManifest>, break: () => ({}) };
}

const accepted = "the daemon would accept it, names and all";

export const manifestMutants: readonly Mutant[] = [
  manifestMutant("is of another version of the contract", accepted, { apiVersion: 1 }),
  manifestMutant("has a name that no rule can spell", accepted, { name: "My Cloud" }),
  manifestMutant("has an alias that no rule can spell", accepted, { aliases: [""] }),
  manifestMutant("requires a field that it does not describe", accepted, {
    diskSchema: { type: "object", properties: {}, required: ["id"] },
  }),
  manifestMutant("holds a pattern instead of text", "it is a value that can be written down", {
    parameters: { key: { type: "string", description: "a key", pattern: /a/ } },
  }),
  manifestMutant("has another name than the backend", "the backend has its name", { name: "other" }),
  manifestMutant("forgets its own CSI driver", "a volume of this storage system is worth asking about", {
    volumes: {},
  }),
  manifestMutant("forgets a field of a disk", "the fields of a disk are described, those that are needed too", {
    diskSchema: { type: "object", properties: { id: { type: "string", description: "the id" } } },
  }),
  manifestMutant("requires what a disk may lack", "the fields of a disk are described, those that are needed too", {
    diskSchema: {
      type: "object",
      properties: Object.fromEntries(
        ["location", "id", "colour"].map((field) => [field, { type: "string", description: field }]),
      ),
      required: ["colour"],
    },
  }),
  manifestMutant("does not say what a setting sets", "each setting has a variable and a description", {
    settings: [{ variable: "MEMORY_SIZE", description: "" }],
  }),
  manifestMutant("has a setting that no environment holds", "each setting has a variable and a description", {
    settings: [{ variable: "memory size", description: "how much" }],
  }),
];
