import { DEFAULT_DELTAS_ANNOTATION_KEY, DEFAULT_MAX_RULES_PER_NAMESPACE } from "@k8s-snapshots/k8s-source";
import { builtInBackends } from "../backends/built-in-backends.ts";
import { clusterId, clusterIds } from "./cluster-id.ts";
import { duration } from "./duration.ts";
import { labelValue, namespaces, objectName, qualifiedName } from "./kubernetes-names.ts";
import { listenAddress, listenAddressOrNone } from "./listen-address.ts";
import { path, paths } from "./path.ts";
import { flag, flagOf, integer, list, oneOf, otherwise, percent, type Setting, text } from "./setting.ts";
import { timeFormat } from "./time-format.ts";
import { httpUrl } from "./url.ts";

/**
 * What the daemon can be set to. The names that the Python daemon had mean what they meant there. Variables that are not
 * here are the backends' own.
 */
export const settingTable = {
  backends: otherwise(
    `${builtInBackends.map(({ manifest }) => manifest.name).join()}, each when a volume needs it`,
    list("BACKENDS", "backends to use: built-in names or npm packages, comma-separated", undefined),
  ),
  cloudProvider: text("CLOUD_PROVIDER", "the one cloud to use, where BACKENDS is not set", undefined),
  kubeConfigFile: path("KUBE_CONFIG_FILE", "kubeconfig file, instead of KUBECONFIG"),
  kubeconfig: otherwise(
    "~/.kube/config, else the service account",
    paths("KUBECONFIG", "kubeconfig files, as for kubectl"),
  ),
  context: otherwise("the one that the kubeconfig chooses", {
    ...text("KUBE_CONTEXT", "context of the kubeconfig", undefined),
    flag: "--context",
  }),
  deltasAnnotationKey: qualifiedName(
    "DELTAS_ANNOTATION_KEY",
    "annotation that holds the deltas",
    DEFAULT_DELTAS_ANNOTATION_KEY,
  ),
  trustedNamespaces: otherwise(
    "the daemon's own, kube-system",
    namespaces("TRUSTED_NAMESPACES", "namespaces whose SnapshotRules may name a disk or a PersistentVolume"),
  ),
  useClaimName: flag("USE_CLAIM_NAME", "name snapshots after the claim instead of the volume"),
  authorLabelKey: qualifiedName("SNAPSHOT_AUTHOR_LABEL_KEY", "label that marks a snapshot as ours", "created-by"),
  authorLabel: labelValue("SNAPSHOT_AUTHOR_LABEL", "value of that label", "k8s-snapshots"),
  formatTime: timeFormat("SNAPSHOT_DATETIME_FORMAT", "time in a snapshot's name, strftime in UTC", "%d%m%y-%H%M%S"),
  clusterId: otherwise(
    "the uid of namespace kube-system",
    clusterId("CLUSTER_ID", "name of this cluster on its snapshots"),
  ),
  formerClusterIds: clusterIds(
    "CLUSTER_ID_FORMER",
    "names of clusters that are gone and whose snapshots are taken over, comma-separated",
  ),
  scheduleChangeGrace: duration(
    "SCHEDULE_CHANGE_GRACE",
    "how long after a change of deltas to keep what the former deltas would keep; PT0S is off",
    "PT24H",
  ),
  deletionBudgetWindow: duration(
    "DELETION_BUDGET_WINDOW",
    "how often a share of the snapshots made under other deltas may be deleted",
    "PT24H",
  ),
  deletionBudgetShare: percent("DELETION_BUDGET_SHARE", "that share of a disk's snapshots", "10 %"),
  ignoreDeletionBudget: flag("IGNORE_DELETION_BUDGET", "lift the limits on deletions, except SCHEDULE_CHANGE_GRACE"),
  stuckAfter: duration("STUCK_AFTER", "minimum time to wait for a pending snapshot", "PT24H"),
  absenceBeforeExpiry: duration(
    "ABSENCE_BEFORE_EXPIRY",
    "how long a rule must be gone before its snapshots expire, where its policy is expire",
    "PT1H",
  ),
  rulesMaxAge: duration(
    "RULES_MAX_AGE",
    "how long to go on taking snapshots by the rules last known while the API server is away; deletions stop after PT10M",
    "PT24H",
    "PT10M",
  ),
  minInterval: duration("MIN_INTERVAL", "shortest interval allowed; PT0S is none", "PT1M"),
  scheduleSpread: percent(
    "SCHEDULE_SPREAD",
    "how much of the interval a volume's second snapshot may come early, so that volumes do not all fall due together; 0 % is off",
    "50 %",
  ),
  maxSnapshotsPerNamespace: integer("MAX_SNAPSHOTS_PER_NAMESPACE", "most snapshots of a namespace in one location", {
    least: 1,
    most: 10_000_000,
    fallback: "10000",
  }),
  maxRulesPerNamespace: integer("MAX_RULES_PER_NAMESPACE", "most objects of a namespace that may ask for snapshots", {
    least: 1,
    most: 10_000_000,
    fallback: `${DEFAULT_MAX_RULES_PER_NAMESPACE}`,
  }),
  clockTolerance: duration("CLOCK_TOLERANCE", "how far this machine's clock may be off", "PT5M", "PT1S"),
  concurrency: integer("CONCURRENCY", "most requests to one location at once", {
    least: 1,
    most: 1_000,
    fallback: "10",
  }),
  leaderElection: flag(
    "LEADER_ELECTION",
    "share the locations among replicas, by Leases; false where only one daemon runs",
    "true",
  ),
  leaderElectionId: objectName(
    "LEADER_ELECTION_ID",
    "what the names of the Leases begin with: the same for all replicas",
    "k8s-snapshots",
  ),
  pingUrl: httpUrl("PING_URL", "GET this URL after each finished snapshot"),
  heartbeatSeconds: integer("SCHEDULE_HEARTBEAT_INTERVAL_SECONDS", "log what is scheduled this often; 0 is never", {
    least: 0,
    most: 86_400,
    fallback: "600",
  }),
  httpListen: listenAddress("HTTP_LISTEN", "where /livez, /readyz and /metrics are served", ":8080"),
  pageListen: listenAddressOrNone(
    "PAGE_LISTEN",
    "where the status page is served, to whoever can connect; empty: nowhere",
    "127.0.0.1:8081",
  ),
  pageNamespaces: otherwise(
    "all",
    namespaces("PAGE_NAMESPACES", "namespaces whose claims the status page shows, comma-separated"),
  ),
  logLevel: oneOf("LOG_LEVEL", "lowest level to log", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO"),
  jsonLog: flag("JSON_LOG", "log JSON also on a terminal"),
  jsonIndent: integer("STRUCTLOG_JSON_INDENT", "spaces to indent JSON logs by", { least: 0, most: 8, fallback: "0" }),
  traceFile: path("TRACE_FILE", "write a trace, for k8s-snapshots replay, to this file"),
  traceMaxBytes: integer("TRACE_MAX_BYTES", "size at which the trace is moved to TRACE_FILE.1", {
    least: 65_536,
    most: 1_099_511_627_776,
    fallback: "67108864",
  }),
  debug: flag("DEBUG", "the same as LOG_LEVEL=DEBUG"),
} as const;

/** What the daemon is set to; `undefined` where nothing is set and there is no default. */
export type Settings = {
  readonly [Name in keyof typeof settingTable]: (typeof settingTable)[Name] extends Setting<infer T, infer Default>
    ? Default extends string
      ? T
      : T | undefined
    : never;
};

/** Settings that are wrong, all of them. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/**
 * Reads the settings: a flag takes precedence over its variable; an empty one counts as not set, except where the setting
 * says that empty is a value.
 *
 * @param flags - by variable
 * @throws {SettingsError} with everything that is wrong, a line each that names the variable and the flag
 */
export function parseSettings(
  environment: Readonly<Record<string, string | undefined>>,
  flags: Readonly<Record<string, string | undefined>> = {},
): Settings {
  const problems: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settingTable) as [keyof typeof settingTable, Setting<unknown>][]) {
    const { variable, takesEmpty = false } = setting;
    const given = [flags[variable], environment[variable]].find((one) => one || (takesEmpty && one === ""));
    const written = given ?? setting.default;
    if (written === undefined) continue;
    try {
      settings[name] = setting.parse(written);
    } catch (error) {
      problems.push(`${variable} (${flagOf(setting)}) ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new SettingsError(problems);
  return Object.freeze(settings) as unknown as Settings;
}
