import type { AccessMode } from "@k8s-snapshots/backend-api";
import { UsageError } from "../commands/usage-error.ts";
import { bytesOf } from "./quantity.ts";
import type { RestoreSource } from "./restore-wish.ts";

/**
 * `pvc/NAME`, `pvc/NAMESPACE/NAME`, `pv/NAME`, `snapshot/ID`, or without what it is: a claim's name or a snapshot's id.
 *
 * @throws {UsageError} if it is none of them
 */
export function parseSource(written: string): RestoreSource {
  const [kind = "", ...names] = written.split("/");
  const [first = "", second = ""] = names;
  if (names.length === 0 && kind !== "") return { kind: "name", name: kind };
  const word = kind.toLowerCase();
  if (["pvc", "persistentvolumeclaim"].includes(word) && names.length <= 2 && !names.includes("")) {
    return names.length === 2
      ? { kind: "claim", namespace: first, name: second }
      : { kind: "claim", namespace: undefined, name: first };
  }
  if (["pv", "persistentvolume"].includes(word) && names.length === 1 && first !== "") {
    return { kind: "volume", name: first };
  }
  // An id may hold slashes.
  if (word === "snapshot" && first !== "") return { kind: "snapshot", id: names.join("/") };
  throw new UsageError(
    `cannot tell what to restore by ${JSON.stringify(written)}: write pvc/NAME with -n NAMESPACE, pv/NAME or snapshot/ID`,
  );
}

const accessModes: Readonly<Record<string, AccessMode>> = {
  RWO: "ReadWriteOnce",
  ROX: "ReadOnlyMany",
  RWX: "ReadWriteMany",
  RWOP: "ReadWriteOncePod",
};

/** As kubectl abbreviates it, or in full. @throws {UsageError} */
export function parseAccessMode(written: string): AccessMode {
  const mode = accessModes[written.toUpperCase()] ?? Object.values(accessModes).find((one) => one === written);
  if (mode !== undefined) return mode;
  const all = Object.entries(accessModes).map(([short, long]) => `${long} (${short})`);
  throw new UsageError(`--access-mode must be one of ${all.join(", ")}, and is ${JSON.stringify(written)}`);
}

/** @throws {UsageError} if it is no quantity */
export function parseSize(written: string): string {
  try {
    if (bytesOf(written) >= 1) return written;
  } catch {
    // Said below.
  }
  throw new UsageError(`--size must be a quantity such as 100Gi, and is ${JSON.stringify(written)}`);
}

/** `NAME=VALUE`. @throws {UsageError} */
export function parseParameter(written: string): readonly [string, string] {
  const end = written.indexOf("=");
  if (end > 0) return [written.slice(0, end), written.slice(end + 1)];
  throw new UsageError(`--parameter must be NAME=VALUE, and is ${JSON.stringify(written)}`);
}

const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** The name of an object in Kubernetes. @throws {UsageError} */
export function parseName(flag: string, written: string): string {
  if (written.length <= 253 && namePattern.test(written)) return written;
  throw new UsageError(
    `${flag} must be a name of lower-case letters, digits, dashes and dots, and is ${JSON.stringify(written)}`,
  );
}
