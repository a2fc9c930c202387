import type { VolumeCoverage } from "../coverage/volume-coverage.ts";

/**
 * The command that makes a new claim of a volume's snapshot, for a shell.
 *
 * @param takenAt - when the snapshot was taken, in milliseconds since 1970. Default: the newest good one
 */
export function restoreLine({ namespace, name }: Pick<VolumeCoverage, "namespace" | "name">, takenAt?: number): string {
  const source = namespace === undefined ? [`pv/${name}`] : [`pvc/${name}`, "-n", namespace];
  const at = takenAt === undefined ? [] : ["--at", new Date(takenAt).toISOString().replace(".000Z", "Z")];
  return ["k8s-snapshots", "restore", ...source, "--to-claim", `${name}-restored`, ...at].map(quoted).join(" ");
}

/** Whatever Kubernetes lets be a name needs none; what this prints is pasted into shells. */
function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
