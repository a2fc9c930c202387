import type { VolumeFacts } from "@k8s-snapshots/backend-api";
import { readVolumeFacts, writeVolumeFacts } from "@k8s-snapshots/backend-api/toolkit";

const beforeFacts = "\nVolume: ";

/** Google documents no limit for a snapshot's description; 2,048 is Filestore's, and this stays well below. */
const longestFacts = 1_000;

/** The sentence for people, and below it the facts of the volume: a label of Google's has no room for them. */
export function describeSnapshot(sentence: string, facts: VolumeFacts | undefined): string {
  const text = writeVolumeFacts(facts, longestFacts);
  return text === undefined ? sentence : sentence + beforeFacts + text;
}

/** `volume` of a snapshot with this description, if it holds one. */
export function volumeInDescription(description: unknown): { readonly volume?: VolumeFacts } {
  if (typeof description !== "string") return {};
  const start = description.lastIndexOf(beforeFacts);
  const volume = start < 0 ? undefined : readVolumeFacts(description.slice(start + beforeFacts.length));
  return volume === undefined ? {} : { volume };
}
