import { annotationKeys } from "@k8s-snapshots/k8s-source";
import type { Deltas } from "@k8s-snapshots/retention";
import { type DiskInspection, describeDeferral, reasons } from "@k8s-snapshots/scheduler";
import type { VolumeCoverage } from "../coverage/volume-coverage.ts";
import { ageInWords, scheduleInWords } from "../drawing/words.ts";
import type { InventorySnapshot } from "../inventory/disk-snapshots.ts";
import type { ResolvedRule } from "../rules/resolved-rule.ts";
import type { ExplainedObject } from "./explained-object.ts";

/** One thing to know, and what there is to say about it. */
export interface Chapter {
  /** `fact`: as it is meant to be. `trouble`: somebody should look. `next`: what comes. */
  readonly tone: "fact" | "trouble" | "next";
  readonly headline: string;
  readonly details: readonly string[];
}

/** What {@link storyOf} tells of. */
export interface StoryFacts {
  readonly object: ExplainedObject;

  /** `undefined`: the object is no claim and no volume. */
  readonly coverage: VolumeCoverage | undefined;

  /** Its disk, where the location could be listed. */
  readonly inspection: DiskInspection | undefined;

  /** Why it could not. */
  readonly error: string | undefined;

  /** The newest first. */
  readonly snapshots: readonly InventorySnapshot[];
  readonly deltasAnnotationKey: string;
  readonly now: number;

  /** How a time is shown. */
  readonly time: (instant: number) => string;
}

/** The whole story of one object, in order. */
export function storyOf(facts: StoryFacts): readonly Chapter[] {
  const { object } = facts;
  const winner = winnerOf(object);
  if (winner === undefined) return [...troubles(facts), ...withoutRule(facts)];
  const [id, resolved] = winner;
  return [
    asks(id, resolved, facts),
    ...others(id, facts),
    disk(resolved),
    ...(facts.error === undefined
      ? [newest(facts), ...deferred(facts), ...next(facts)]
      : [chapter("trouble", "its snapshots could not be listed, so that nothing is done now", facts.error)]),
  ];
}

/** The object whose rule is in force. */
export function winnerOf({ asking }: Pick<ExplainedObject, "asking">): [string, ResolvedRule] | undefined {
  return [...asking].find(([, { rule, finding }]) => rule?.deltas !== undefined && finding === undefined);
}

function asks(id: string, { rule, warnings }: ResolvedRule, { deltasAnnotationKey }: StoryFacts): Chapter {
  const deltas = rule?.deltas as Deltas;
  const where = id.startsWith("SnapshotRule/") ? "spec.deltas" : `annotation ${deltasAnnotationKey}`;
  return chapter(
    "fact",
    `${shortName(id)} asks for: ${scheduleInWords(deltas)}`,
    `${where}: ${deltas.text}`,
    ...warnings,
  );
}

function others(winner: string, { object }: StoryFacts): readonly Chapter[] {
  const losers = [...object.asking].filter(([id]) => id !== winner);
  if (losers.length === 0) return [chapter("fact", "nothing else asks for snapshots of it")];
  return losers.map(([id, { finding }]) =>
    finding?.reason === "SupersededByAnotherRule"
      ? chapter(
          "trouble",
          `${shortName(id)} asks too, and does not count: ${shortName(winner)} takes precedence`,
          finding.message,
        )
      : chapter(
          "trouble",
          `${shortName(id)} asks too, and is no rule: nothing is deleted meanwhile`,
          finding?.message ?? "",
        ),
  );
}

function disk({ rule, target }: ResolvedRule): Chapter {
  const volume = target?.kind === "volume" ? target.volume : undefined;
  const driver = volume?.spec.csi?.driver;
  const parts = [
    ...(volume === undefined ? [] : [`pv/${volume.metadata.name}`]),
    ...(driver === undefined ? [] : [driver]),
    `backend ${rule?.backend}`,
    `location ${rule?.disk.location}`,
  ];
  return chapter("fact", `its disk is ${rule?.disk.id}`, parts.join(", "));
}

function newest({ inspection, snapshots, now, time }: StoryFacts): Chapter {
  const dueAt = inspection?.plan.dueAt;
  const due =
    dueAt === undefined || !Number.isFinite(dueAt)
      ? ""
      : dueAt <= now
        ? `; due since ${time(dueAt)}`
        : `; next ${time(dueAt)}`;
  const { newest: date, ready, held } = inspection?.plan.readiness ?? {};
  if (date === undefined) return chapter("trouble", `no snapshot of it is ready yet${due}`);
  const row = snapshots.find(({ state, createdAt }) => state === "ready" && createdAt === date);
  return chapter(
    ready === true ? "fact" : "trouble",
    `newest good: ${time(date)}, ${ageInWords(Math.max(0, now - date))} ago${due}`,
    `${row?.id ?? "not in the list"}, one of ${held}`,
  );
}

function deferred({ inspection, now, time }: StoryFacts): readonly Chapter[] {
  return (inspection?.plan.deferrals ?? []).map((deferral) => {
    const { severity, defers } = reasons[deferral.reason];
    const { until } = deferral;
    const hold = {
      creation: "no snapshot is taken",
      deletion: "nothing is deleted",
      both: "nothing is taken or deleted",
    };
    const what = defers === "nothing" ? [] : [hold[defers]];
    const wait =
      until === undefined || !Number.isFinite(until) || until <= now
        ? []
        : [`until ${time(until)}, in ${ageInWords(until - now)}`];
    const words = [...what, ...wait].join(" ");
    return chapter(severity === "info" ? "fact" : "trouble", describeDeferral(deferral), words);
  });
}

function next({ inspection, snapshots, now, time }: StoryFacts): readonly Chapter[] {
  const { creation, deletions = [] } = inspection?.plan ?? {};
  const chapters: Chapter[] = [];
  if (creation !== undefined) {
    const why = {
      first: "it is the first one",
      due: "it is due",
      asked: "someone asked for it",
      resolve: "to find a request whose answer was lost",
    };
    chapters.push(chapter("next", `the daemon takes ${creation.request.name} now`, why[creation.reason]));
  }
  const going = snapshots.filter(({ goes }) => goes.when === "now");
  if (deletions.length > 0) {
    const words = going.slice(0, 5).map(({ id, goes }) => `${id}: ${goes.why}`);
    const rest = deletions.length - words.length;
    chapters.push(
      chapter(
        "next",
        `${deletions.length} go${deletions.length === 1 ? "es" : ""} now`,
        ...words,
        ...(rest > 0 ? [`… and ${rest} more`] : []),
      ),
    );
  }
  const [first] = snapshots
    .flatMap(({ id, goes }) => (goes.when === "later" && goes.at !== undefined ? [{ id, at: goes.at }] : []))
    .sort((a, b) => a.at - b.at);
  if (first !== undefined) {
    const when = first.at <= now ? "with the next snapshot" : `${time(first.at)}, in ${ageInWords(first.at - now)}`;
    chapters.push(chapter("next", `the next to go: ${first.id}, ${when}`, "the schedule keeps others then"));
  }
  return chapters;
}

/** Of an object whose rule is none. */
function troubles({ object }: StoryFacts): readonly Chapter[] {
  return [...object.asking].flatMap(([id, { finding }]) =>
    finding === undefined
      ? []
      : [chapter("trouble", `${shortName(id)} asks for snapshots, and gets none: ${finding.reason}`, finding.message)],
  );
}

/** Why nothing asks, and what to write. */
function withoutRule({ object, coverage, deltasAnnotationKey }: StoryFacts): readonly Chapter[] {
  if (object.asking.size > 0) return [];
  if (coverage === undefined) return [chapter("trouble", "it asks for nothing")];
  const { reason, message, namespace, name } = coverage;
  if (reason === "Excluded") {
    return [
      chapter(
        "fact",
        `it needs none: ${message}`,
        `annotation ${annotationKeys(deltasAnnotationKey).exclude}: remove it if it does`,
      ),
    ];
  }
  const what = namespace === undefined ? `pv ${name}` : `-n ${namespace} pvc ${name}`;
  const exclude = annotationKeys(deltasAnnotationKey).exclude;
  return [
    chapter("trouble", message),
    chapter(
      "next",
      "to have them, hourly for a day and daily for a week:",
      `kubectl annotate ${what} ${deltasAnnotationKey}="PT1H P1D P7D"`,
    ),
    chapter("next", "to say that it needs none, and why:", `kubectl annotate ${what} ${exclude}="REASON"`),
  ];
}

/** `pvc/NAME`, `pv/NAME`, `rule/NAME`, as the command line has them. */
export function shortName(id: string): string {
  const kind = { PersistentVolumeClaim: "pvc", PersistentVolume: "pv", SnapshotRule: "rule" }[id.split("/")[0] ?? ""];
  return kind === undefined ? id : `${kind}/${id.split("/").at(-1)}`;
}

function chapter(tone: Chapter["tone"], headline: string, ...details: readonly string[]): Chapter {
  return { tone, headline, details: details.filter((line) => line !== "") };
}
