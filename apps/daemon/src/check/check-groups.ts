import type { AccessCheck } from "@k8s-snapshots/backend-api";
import { describeNeed, remedyOf } from "../account-limits/account-need.ts";
import { type BackendCheck, exceedsLimit } from "./check-backends.ts";
import { type ClusterCheck, INSTALL } from "./check-cluster.ts";
import type { CheckGroup, CheckLine } from "./check-group.ts";
import { type CheckResult, isHarmless, type RuleFinding } from "./run-check.ts";

/** Of more than these the rest is counted. */
const FEW = 5;

/** All that was checked: Kubernetes, each storage system, the rules. */
export function checkGroups({
  asked,
  kubernetes,
  backends,
  rules,
  volumes,
  error,
}: CheckResult): readonly CheckGroup[] {
  const byName = Map.groupBy(backends, ({ backend }) => backend);
  return [
    { title: "Kubernetes", about: aboutCluster(asked), lines: clusterLines(kubernetes) },
    ...[...byName].map(([name, checks]) => backendGroup(name, checks)),
    { title: "Rules", about: "", lines: error === undefined ? ruleLines(rules) : [unread(error)] },
    ...(error === undefined ? [{ title: "Volumes", about: "", lines: volumeLines(volumes) }] : []),
  ];
}

function aboutCluster({ server, origin, user }: CheckResult["asked"]): string {
  return `${server}, ${origin}${user === undefined ? "" : `, as ${user}`}`;
}

function clusterLines({ permissions, definition, identity }: ClusterCheck): readonly CheckLine[] {
  const { cluster } = identity;
  const isCurrent = definition.status === "current";
  const state = definition.status === "unknown" ? "unknown" : "bad";
  return [
    ...permissions.map((check) => permissionLine(check, "")),
    {
      label: "definition of SnapshotRules",
      ...(isCurrent
        ? { mark: "good", words: definition.detail }
        : { mark: state, words: definition.status, remarks: aloneAtTheEnd(definition.detail, INSTALL) }),
    },
    {
      label: "identity of the cluster",
      ...(cluster === undefined
        ? { mark: "unknown", words: "unknown", remarks: [identity.detail] }
        : { mark: "good", words: `${cluster}: ${identity.detail}` }),
    },
  ];
}

/**
 * @param places - where it was asked; empty: in one place only
 * @param details - what differs from place to place. Default: the check's own
 */
function permissionLine(
  { permission, status, optional, detail }: AccessCheck,
  places: string,
  details: readonly string[] = detail === undefined ? [] : [detail],
): CheckLine {
  const where = places === "" ? "" : `${places}: `;
  if (status === "granted") return { mark: "good", label: permission, words: `${where}${details[0] ?? "granted"}` };
  if (optional)
    return { mark: "idle", label: permission, words: `${where}${status}, optional`, remarks: firstFew(details) };
  const mark = status === "missing" ? "bad" : "unknown";
  return { mark, label: permission, words: `${where}${status}`, remarks: firstFew(details) };
}

/** What is the same in several locations is one line. */
function backendGroup(title: string, checks: readonly BackendCheck[]): CheckGroup {
  const locations = checks.flatMap(({ location }) => location ?? []);
  const answers = checks.flatMap(({ location, permissions }) => permissions.map((check) => ({ location, check })));
  const byPermission = [...Map.groupBy(answers, ({ check }) => check.permission).values()];
  const same = byPermission.flatMap((group) => [...Map.groupBy(group, ({ check }) => check.status).values()]);
  const failed = checks.filter(({ error }) => error !== undefined);
  return {
    title,
    about: fewOf(locations),
    lines: [
      ...same.map((group) => {
        const places = group.flatMap(({ location }) => location ?? []);
        const isEverywhere = places.length === locations.length;
        const details = new Set(group.flatMap(({ check }) => check.detail ?? []));
        const { check } = group[0] as { readonly check: AccessCheck };
        return permissionLine(check, isEverywhere ? "" : fewOf(places), [...details]);
      }),
      ...checks.flatMap((check) => limitLine(check, locations.length > 1)),
      ...(failed.length === 0 ? [] : [failureLine(failed)]),
      ...(checks.some(isIdle)
        ? [{ mark: "idle", label: "unused", words: "no rule needs it: nothing was checked" } as const]
        : []),
    ],
  };
}

/** What the rules need, beside what the account allows. */
function limitLine(check: BackendCheck, isOneOfSeveral: boolean): readonly CheckLine[] {
  const { location, limits, need } = check;
  const sentence = need && describeNeed(need);
  if (need === undefined || sentence === undefined) return [];
  const where = isOneOfSeveral ? `${location}: ` : "";
  const there = limits?.snapshots === undefined ? "" : `; ${limits.snapshots} are there`;
  const words = `${where}${sentence}${there}`;
  const remedy = remedyOf(need);
  if (remedy === "") return [{ mark: "good", label: "limits", words }];
  return [{ mark: exceedsLimit(check) ? "bad" : "unknown", label: "limits", words, remarks: [remedy] }];
}

function failureLine(failed: readonly BackendCheck[]): CheckLine {
  const places = fewOf(failed.flatMap(({ location }) => location ?? []));
  const errors = new Set(failed.flatMap(({ error }) => error ?? []));
  const words = places === "" ? "failed" : `${places}: failed`;
  return { mark: "bad", label: "could not be asked", words, remarks: firstFew([...errors]) };
}

function isIdle({ permissions, error }: BackendCheck): boolean {
  return permissions.length === 0 && error === undefined;
}

function unread(error: string): CheckLine {
  return { mark: "bad", label: "cannot be read", words: "so that no backend was asked", remarks: [error] };
}

/** A line for each reason, with the first few objects. */
function ruleLines({ working, findings, trustedNamespaces }: CheckResult["rules"]): readonly CheckLine[] {
  const byReason = Map.groupBy(findings, ({ reason }) => reason);
  return [
    working > 0
      ? { mark: "good", label: `${working} work${working === 1 ? "s" : ""}`, words: "" }
      : { mark: "idle", label: "none works", words: findings.length === 0 ? "annotate a claim to have one" : "" },
    ...[...byReason].map(([reason, group]): CheckLine => {
      const trusted = reason === "DiskNotAllowedInNamespace" ? trustedNamespaces : undefined;
      return {
        mark: group.every(isHarmless) ? "idle" : "bad",
        label: `${group.length} ${reason}`,
        words: group.every(isHarmless) ? "another rule takes precedence" : "no snapshots are taken",
        remarks: [
          ...firstOfEach(group),
          ...(trusted === undefined
            ? []
            : ["to let SnapshotRules in these namespaces name any disk:", `TRUSTED_NAMESPACES=${trusted.join(",")}`]),
        ],
      };
    }),
  ];
}

function volumeLines({ asked, excluded, unasked }: CheckResult["volumes"]): readonly CheckLine[] {
  const others = Object.entries(unasked);
  const count = others.reduce((sum, [, of]) => sum + of, 0);
  return [
    {
      mark: asked > 0 ? "good" : "idle",
      label: `${asked} with a rule`,
      words: "whether their snapshots are young enough: k8s-snapshots coverage",
    },
    ...(count === 0
      ? []
      : [
          {
            mark: "idle",
            label: `${count} without`,
            words: others.map(([reason, of]) => `${of} ${reason}`).join(", "),
          } as const,
        ]),
    ...(excluded === 0 ? [] : [{ mark: "idle", label: `${excluded} excluded`, words: "by their annotation" } as const]),
  ];
}

/** The first few that differ, each with how many are like it. */
function firstOfEach(findings: readonly RuleFinding[]): readonly string[] {
  const byMessage = [...Map.groupBy(findings, ({ message }) => message)];
  const shown = byMessage.slice(0, FEW);
  const rest = findings.length - shown.reduce((sum, [, alike]) => sum + alike.length, 0);
  return [
    ...shown.map(([message, [first, ...others]]) => {
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      return `${first?.object}${more}: ${message}`;
    }),
    ...(rest === 0 ? [] : [`… and ${rest} others: --output json has them all`]),
  ];
}

function firstFew(texts: readonly string[]): readonly string[] {
  if (texts.length <= FEW) return texts;
  return [...texts.slice(0, FEW), `… and ${texts.length - FEW} others: --output json has them all`];
}

/** So that a command can be copied from a line of its own. */
function aloneAtTheEnd(text: string, command: string): readonly string[] {
  return text.endsWith(command) ? [text.slice(0, -command.length).trim(), command] : [text];
}

function fewOf(names: readonly string[]): string {
  const shown = names.slice(0, FEW).join(", ");
  return names.length <= FEW ? shown : `${shown} and ${names.length - FEW} more`;
}
