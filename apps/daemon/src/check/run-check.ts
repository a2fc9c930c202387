import { printable } from "@k8s-snapshots/backend-api";
import { annotationKeys, readUserName } from "@k8s-snapshots/k8s-source";
import { judgeAll } from "../coverage/cluster-coverage.ts";
import { type ClusterRules, readClusterRules } from "../rules/read-rules.ts";
import type { ResolvedRules } from "../rules/resolved-rules.ts";
import { ruleSettings } from "../rules/rule-settings.ts";
import { openSession } from "../session.ts";
import type { Settings } from "../settings/settings.ts";
import { type BackendCheck, checkBackends, isFine } from "./check-backends.ts";
import { type ClusterCheck, checkCluster, isClusterFine } from "./check-cluster.ts";

/** What the daemon can and cannot do here. */
export interface CheckResult {
  readonly ok: boolean;

  /** Which cluster was asked, where that is from, and what the cluster calls whoever asked, if it says so. */
  readonly asked: { readonly server: string; readonly origin: string; readonly user?: string };
  readonly kubernetes: ClusterCheck;

  /** How many rules work, and the objects that ask for snapshots and get none. Empty if they could not be read. */
  readonly rules: {
    readonly working: number;
    readonly findings: readonly RuleFinding[];

    /** What `TRUSTED_NAMESPACES` has to be for all of them to work; absent if it is right. */
    readonly trustedNamespaces?: readonly string[];
  };
  /**
   * The claims and volumes of the cluster, by whether a rule that works asks for their snapshots. Whether these are young
   * enough is what `coverage` says. Empty if they could not be read.
   */
  readonly volumes: {
    readonly asked: number;
    readonly excluded: number;

    /** Of the others how many, by reason. */
    readonly unasked: Readonly<Record<string, number>>;
  };
  readonly backends: readonly BackendCheck[];

  /** Why the rules could not be read: then no backend was asked. */
  readonly error?: string;
}

/** An object that asks for snapshots and gets none. */
export interface RuleFinding {
  /** `PersistentVolumeClaim/NAMESPACE/NAME` */
  readonly object: string;
  readonly reason: string;
  readonly message: string;
}

/**
 * Asks the cluster what it allows, reads its rules, and asks their backends what they allow.
 *
 * @param onStep - called with what is asked next, so that one that does not answer is known. Default: no listener
 * @throws {Error} if there is no way to a cluster, or a backend that `BACKENDS` names cannot be loaded
 */
export async function runCheck(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  onStep: (step: string) => void = () => undefined,
): Promise<CheckResult> {
  await using session = await openSession(settings, environment);
  const { access, client, registry } = session;
  const { server, origin = "by an access of its own" } = access;
  onStep(`Asking ${server}, ${origin}`);
  const [kubernetes, user] = await Promise.all([
    checkCluster(client, settings),
    // An older API server knows no such question, and says enough otherwise.
    readUserName(client).catch(() => undefined),
  ]);
  const asked = { server, origin, ...(user !== undefined && { user: printable(user, 253) }) };
  try {
    onStep("Reading its rules");
    const read = await readClusterRules(client, registry, settings);
    const { resolved } = read;
    const backends = await checkBackends(resolved, registry.loaded, onStep, settings.minInterval);
    const rules = checkRules(resolved, ruleSettings(settings, client).trustedNamespaces);
    const ok = isClusterFine(kubernetes) && backends.every(isFine) && rules.findings.every(isHarmless);
    const volumes = checkVolumes(read, settings);
    return { ok, asked, kubernetes, rules, volumes, backends };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const rules = { working: 0, findings: [] };
    const volumes = { asked: 0, excluded: 0, unasked: {} };
    return { ok: false, asked, kubernetes, rules, volumes, backends: [], error: message };
  }
}

function checkRules({ rules, findings }: ResolvedRules, trustedNamespaces: ReadonlySet<string>): CheckResult["rules"] {
  const untrusted = findings.filter(({ reason }) => reason === "DiskNotAllowedInNamespace");
  const needed = new Set([...trustedNamespaces, ...untrusted.map(({ id }) => id.split("/")[1] as string)]);
  return {
    ...(untrusted.length > 0 && { trustedNamespaces: [...needed].sort() }),
    working: rules.filter(({ deltas }) => deltas !== undefined).length,
    findings: findings.map(({ id, reason, message }) => ({ object: id, reason, message })),
  };
}

function checkVolumes(
  { objects, resolved, disks }: ClusterRules,
  { deltasAnnotationKey }: Settings,
): CheckResult["volumes"] {
  // No snapshot is listed: what is asked for is all that can be told.
  const known = { lastPlan: () => undefined, errorOf: () => undefined };
  const excludeKey = annotationKeys(deltasAnnotationKey).exclude;
  const sources = { objects, rules: resolved.all, known, disks, excludeKey };
  const judgements = [...judgeAll(sources, Date.now())].map(([, one]) => one);
  const unasked = judgements.filter(({ inForce, protection }) => inForce === undefined && protection === "unprotected");
  const byReason = [...Map.groupBy(unasked, ({ reason }) => reason)];
  return {
    asked: judgements.filter(({ inForce }) => inForce !== undefined).length,
    excluded: judgements.filter(({ protection }) => protection === "excluded").length,
    unasked: Object.fromEntries(byReason.map(([reason, group]) => [reason, group.length])),
  };
}

/** Another rule does what this one asks for, or something like it. */
export function isHarmless({ reason }: RuleFinding): boolean {
  return reason === "SupersededByAnotherRule";
}
