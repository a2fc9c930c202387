import type { AccessCheck } from "@k8s-snapshots/backend-api";
import type { BackendCheck } from "./check-backends.ts";
import { type ClusterCheck, INSTALL } from "./check-cluster.ts";
import type { CheckGroup, CheckLine } from "./check-group.ts";
import { type CheckResult, isHarmless, type RuleFinding } from "./run-check.ts";

/** Of more than these the rest is counted. */
const FEW = 5;

/** All that was checked: Kubernetes, each storage system, the rules. */
export function checkGroups({ asked, kubernetes, backends, rules, error }: CheckResult): readonly CheckGroup[] {
  const byName = Map.groupBy(backends, ({ backend }) => backend);
  return [
    { title: "Kubernetes", about: `${asked.server}, ${asked.origin}`, lines: clusterLines(kubernetes) },
    ...[...byName].map(([name, checks]) => backendGroup(name, checks)),
    { title: "Rules", about: "", lines: error === undefined ? ruleLines(rules) : [unread(error)] },
  ];
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

/** @param places - where it was asked; empty: in one place only */
function permissionLine({ permission, status, detail }: AccessCheck, places: string): CheckLine {
  const where = places === "" ? "" : `${places}: `;
  if (status === "granted") return { mark: "good", label: permission, words: `${where}${detail ?? "granted"}` };
  const remarks = detail === undefined ? [] : [detail];
  return { mark: status === "missing" ? "bad" : "unknown", label: permission, words: `${where}${status}`, remarks };
}

/** What is the same in several locations is one line. */
function backendGroup(title: string, checks: readonly BackendCheck[]): CheckGroup {
  const locations = checks.flatMap(({ location }) => location ?? []);
  const answers = checks.flatMap(({ location, permissions }) => permissions.map((check) => ({ location, check })));
  const byPermission = Map.groupBy(answers, ({ check }) => check.permission);
  const same = [...byPermission.values()].flatMap((group) => [
    ...Map.groupBy(group, ({ check: { status, detail } }) => JSON.stringify([status, detail])).values(),
  ]);
  const failures = Map.groupBy(
    checks.filter(({ error }) => error !== undefined),
    ({ error }) => error as string,
  );
  return {
    title,
    about: fewOf(locations),
    lines: [
      ...same.map((group) => {
        const places = group.flatMap(({ location }) => location ?? []);
        const isEverywhere = places.length === locations.length;
        return permissionLine((group[0] as { check: AccessCheck }).check, isEverywhere ? "" : fewOf(places));
      }),
      ...[...failures].map(([error, group]): CheckLine => {
        const places = fewOf(group.flatMap(({ location }) => location ?? []));
        return { mark: "bad", label: "could not be asked", words: places === "" ? "failed" : places, remarks: [error] };
      }),
      ...(checks.some(isIdle)
        ? [{ mark: "idle", label: "unused", words: "no rule needs it: nothing was checked" } as const]
        : []),
    ],
  };
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
      : { mark: "idle", label: "none works", words: "annotate a claim to have one" },
    ...[...byReason].map(([reason, group]): CheckLine => {
      const trusted = reason === "DiskNotAllowedInNamespace" ? trustedNamespaces : undefined;
      return {
        mark: group.every(isHarmless) ? "idle" : "bad",
        label: `${group.length} ${reason}`,
        words: group.every(isHarmless) ? "another rule goes first" : "no snapshots are taken",
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

/** So that a command can be copied from a line of its own. */
function aloneAtTheEnd(text: string, command: string): readonly string[] {
  return text.endsWith(command) ? [text.slice(0, -command.length).trim(), command] : [text];
}

function fewOf(names: readonly string[]): string {
  const shown = names.slice(0, FEW).join(", ");
  return names.length <= FEW ? shown : `${shown} and ${names.length - FEW} more`;
}
