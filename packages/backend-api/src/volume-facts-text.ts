import { VOLUME_LABEL } from "./labels.ts";
import type { Labels } from "./snapshot.ts";
import type { AccessMode, VolumeFacts } from "./volume-facts.ts";

/** What a fact is written as, and read of. Neither takes for granted what it is given. */
interface FactSpelling<Fact> {
  /** Stands before the text: `size=10Gi`. */
  readonly key: string;

  /** Of `[A-Za-z0-9._:/+@-]`; `undefined`: it is no such fact. */
  readonly write: (value: unknown) => string | undefined;

  readonly read: (text: string) => Fact | undefined;
}

const VERSION = "1";

/** Nothing that is written comes near it. */
const LONGEST_TEXT = 2_000;

const MOST_ZONES = 8;

/** Of objects and CSI drivers: a DNS subdomain. */
const namePattern = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const namespacePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const wordPattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** @see {@link https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/} */
const quantityPattern = /^\d{1,20}(?:\.\d{1,9})?(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d{1,2})?$/;

/** As kubectl abbreviates them. */
const accessModes: ReadonlyMap<string, AccessMode> = new Map([
  ["RWO", "ReadWriteOnce"],
  ["ROX", "ReadOnlyMany"],
  ["RWX", "ReadWriteMany"],
  ["RWOP", "ReadWriteOncePod"],
]);
const abbreviations: ReadonlyMap<unknown, string> = new Map([...accessModes].map(([short, mode]) => [mode, short]));

/** In the order in which they are written: what comes first is the last to be left out where there is little room. */
const spellings: { readonly [Fact in keyof Required<VolumeFacts>]: FactSpelling<Required<VolumeFacts>[Fact]> } = {
  volumeMode: { key: "mode", ...textLike(/^(?:Filesystem|Block)$/) } as FactSpelling<"Filesystem" | "Block">,
  accessModes: {
    key: "access",
    write: (value) => joined(value, (mode) => abbreviations.get(mode)),
    read: (text) => separated(text, (short) => accessModes.get(short)),
  },
  capacity: { key: "size", ...textLike(quantityPattern) },
  fsType: { key: "fs", ...textLike(wordPattern) },
  csiDriver: { key: "driver", ...textLike(namePattern) },
  zones: {
    key: "zone",
    write: (value) => joined(value, textLike(wordPattern).write),
    read: (text) => separated(text, textLike(wordPattern).read),
  },
  claim: { key: "claim", write: writeClaim, read: readClaim },
  storageClass: { key: "class", ...textLike(/^(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)?$/) },
  persistentVolume: { key: "pv", ...textLike(namePattern) },
};

type Fact = keyof VolumeFacts;

const inOrder = Object.keys(spellings) as Fact[];

/** Those of the values that are facts; the others, whatever they are, are left out. `undefined`: none is. */
export function volumeFactsOf(values: { readonly [Name in Fact]?: unknown }): VolumeFacts | undefined {
  return factsOf((fact) => {
    const text = spellings[fact].write(values[fact]);
    return text === undefined ? undefined : spellings[fact].read(text);
  });
}

/**
 * Facts as one short text of `[A-Za-z0-9 ._:/=+@-]`, for a label, a description or a file:
 * `1 mode=Filesystem access=RWO size=10Gi fs=ext4 driver=ebs.csi.aws.com zone=eu-west-1a claim=team/data class=gp3`.
 *
 * A fact that does not fit is left out whole. Never throws.
 *
 * @param longest - characters that there is room for
 * @returns `undefined` if there is nothing to be written
 */
export function writeVolumeFacts(facts: VolumeFacts | undefined, longest: number): string | undefined {
  let text = VERSION;
  for (const fact of inOrder) {
    const { key, write } = spellings[fact];
    const value = write(facts?.[fact]);
    if (value === undefined) continue;
    const longer = `${text} ${key}=${value}`;
    if (longer.length <= longest) text = longer;
  }
  return text === VERSION ? undefined : text;
}

/**
 * The facts of a text that {@link writeVolumeFacts} wrote. What cannot be understood, or is there twice, is left out.
 *
 * @returns `undefined` if it is no such text, or none of this version
 */
export function readVolumeFacts(text: unknown): VolumeFacts | undefined {
  if (typeof text !== "string" || text.length > LONGEST_TEXT) return undefined;
  const [version, ...words] = text.split(" ");
  if (version !== VERSION) return undefined;
  const values = new Map<string, string | undefined>();
  for (const word of words) {
    const end = word.indexOf("=");
    const key = word.slice(0, end);
    values.set(key, values.has(key) ? undefined : word.slice(end + 1));
  }
  return factsOf((fact) => {
    const { key, read } = spellings[fact];
    const value = values.get(key);
    return value === undefined ? undefined : read(value);
  });
}

/** The label that holds the facts, for storage systems that keep them so; none if there is nothing to be written. */
export function volumeLabels(facts: VolumeFacts | undefined, longest: number): Labels {
  const text = writeVolumeFacts(facts, longest);
  return text === undefined ? {} : { [VOLUME_LABEL]: text };
}

/** `volume` of a snapshot with these labels, where {@link volumeLabels} are among them. */
export function volumeInLabels(labels: Labels): { readonly volume?: VolumeFacts } {
  const volume = readVolumeFacts(labels[VOLUME_LABEL]);
  return volume === undefined ? {} : { volume };
}

function factsOf(read: (fact: Fact) => unknown): VolumeFacts | undefined {
  const known = inOrder.map((fact) => [fact, read(fact)] as const).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

function textLike(pattern: RegExp): Pick<FactSpelling<string>, "write" | "read"> {
  const read = (value: unknown): string | undefined =>
    typeof value === "string" && pattern.test(value) ? value : undefined;
  return { write: read, read };
}

function writeClaim(value: unknown): string | undefined {
  const { namespace, name } = (value ?? {}) as { readonly namespace?: unknown; readonly name?: unknown };
  if (typeof namespace !== "string" || typeof name !== "string") return undefined;
  const text = `${namespace}/${name}`;
  return readClaim(text) && text;
}

function readClaim(text: string): VolumeFacts["claim"] {
  const [namespace = "", name = "", ...rest] = text.split("/");
  return rest.length === 0 && namespacePattern.test(namespace) && namePattern.test(name)
    ? { namespace, name }
    : undefined;
}

/** All of them, or none: some of the zones would be another fact. */
function joined(values: unknown, write: (value: unknown) => string | undefined): string | undefined {
  if (!Array.isArray(values) || values.length === 0 || values.length > MOST_ZONES) return undefined;
  const texts = values.map(write);
  return texts.includes(undefined) ? undefined : texts.join("+");
}

function separated<Value>(text: string, read: (text: string) => Value | undefined): Value[] | undefined {
  const values = text.split("+").map(read);
  return values.length > MOST_ZONES || values.includes(undefined) ? undefined : (values as Value[]);
}
