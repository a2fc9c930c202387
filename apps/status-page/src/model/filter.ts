import type { CoverageVolume } from "../api/index.ts";
import { reasonInWords, stateWords } from "./words.ts";

/** Which volumes are shown; an empty text lets all pass. */
export interface Filter {
  /** Words, each of which must be somewhere in what is known of the volume. */
  readonly text: string;
  readonly namespace: string;

  /** A protection, or `=REASON`. */
  readonly state: string;
  readonly backend: string;
}

export const noFilter: Filter = { text: "", namespace: "", state: "", backend: "" };

export function isFiltering({ text, namespace, state, backend }: Filter): boolean {
  return text !== "" || namespace !== "" || state !== "" || backend !== "";
}

/** What {@link filterVolumes} and the menus call what has none. */
export const NO_NAMESPACE = "no namespace";
export const NO_BACKEND = "no backend";

/** Those that pass, in their order. */
export function filterVolumes(volumes: readonly CoverageVolume[], filter: Filter): readonly CoverageVolume[] {
  if (!isFiltering(filter)) return volumes;
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return volumes.filter((volume) => passes(volume, filter) && words.every((word) => textOf(volume).includes(word)));
}

export function namespaceOf({ namespace }: CoverageVolume): string {
  return namespace ?? NO_NAMESPACE;
}

export function backendOf({ rule }: CoverageVolume): string {
  return rule?.backend ?? NO_BACKEND;
}

function passes(volume: CoverageVolume, { namespace, state, backend }: Filter): boolean {
  const { protection, reason } = volume;
  if (namespace !== "" && namespaceOf(volume) !== namespace) return false;
  if (backend !== "" && backendOf(volume) !== backend) return false;
  return state === "" || (state.startsWith("=") ? reason === state.slice(1) : protection === state);
}

const texts = new WeakMap<CoverageVolume, string>();

/** Made when it is first searched. */
function textOf(volume: CoverageVolume): string {
  const known = texts.get(volume);
  if (known !== undefined) return known;
  const { name, namespace, message, protection, reason, rule } = volume;
  const parts = [namespace, name, volume.volume, stateWords[protection], reasonInWords(reason), message];
  const text = [...parts, rule?.backend, rule?.location, rule?.disk, rule?.deltas].join(" ").toLowerCase();
  texts.set(volume, text);
  return text;
}
