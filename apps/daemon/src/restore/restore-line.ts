/** What a restore is to be made of. */
export interface RestoreLineOptions {
  /** `pvc/NAME`, `pv/NAME` or `snapshot/ID`. */
  readonly source: string;
  readonly namespace?: string | undefined;

  /** The claim, or the volume, that the new claim is named after. */
  readonly name: string;

  /** When the snapshot was taken, in milliseconds since 1970. Default: the newest good one. */
  readonly takenAt?: number | undefined;
}

/** The command that makes a new claim of a snapshot, beside what there is; for a shell. */
export function restoreLine({ source, namespace, name, takenAt }: RestoreLineOptions): string {
  const within = namespace === undefined ? [] : ["-n", namespace];
  const at = takenAt === undefined ? [] : ["--at", new Date(takenAt).toISOString().replace(".000Z", "Z")];
  const words = ["k8s-snapshots", "restore", source, ...within, "--to-claim", `${name}-restored`, ...at];
  return words.map(quoted).join(" ");
}

/** Whatever Kubernetes lets be a name needs none; what this prints is pasted into shells. */
function quoted(word: string): string {
  return /^[\w./:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
