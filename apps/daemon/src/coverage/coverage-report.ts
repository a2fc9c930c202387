import type { Canvas, Style } from "../drawing/style.ts";
import { ageInWords, wrapText } from "../drawing/words.ts";
import { instantJson } from "../instant-json.ts";
import type { ClusterCoverage } from "./read-coverage.ts";
import { isAllProtected, type Protection, sumOf, type VolumeCoverage } from "./volume-coverage.ts";

/** Of protected volumes, in the text. */
const MOST_PROTECTED = 10;
const LONGEST_WHY = 200;

/** How each protection is shown. */
export const protectionMarks: Readonly<
  Record<Protection, { readonly icon: string; readonly word: string; readonly style: Style }>
> = {
  unprotected: { icon: "✗", word: "unprotected", style: "bad" },
  late: { icon: "◷", word: "late", style: "strong" },
  protected: { icon: "✓", word: "protected", style: "plain" },
  excluded: { icon: "−", word: "excluded", style: "soft" },
};

/**
 * `{now, cluster, asked, sum: {volumes, protected, late, unprotected, excluded}, volumes: [{object, namespace, name, volume,
 * protection, reason, message, rule, newest, lateAt, dueAt, held, worstGapSeconds}]}`: times in ISO 8601; what is not there is
 * `null`.
 */
export function coverageJson({ now, cluster, asked, volumes }: ClusterCoverage): string {
  const { reasons: _, ...sum } = sumOf(volumes);
  return `${JSON.stringify({ now: now.toISOString(), cluster, asked, sum, volumes: volumes.map(volumeJson) }, undefined, 2)}\n`;
}

/**
 * The same document in pieces, a volume each, without line breaks: for whoever must not be busy for long.
 *
 * @param shown - the volumes that are in it. Default: all that are summed up
 */
export function* coveragePieces(
  { now, cluster, asked, volumes }: ClusterCoverage,
  shown: readonly VolumeCoverage[] = volumes,
): Generator<string> {
  const { reasons: _, ...sum } = sumOf(volumes);
  const head = JSON.stringify({ now: now.toISOString(), cluster, asked, sum });
  yield `${head.slice(0, -1)},"volumes":[`;
  let between = "";
  for (const volume of shown) {
    yield `${between}${JSON.stringify(volumeJson(volume))}`;
    between = ",";
  }
  yield "]}\n";
}

/** One volume of {@link coverageJson}. */
export function volumeJson(volume: VolumeCoverage): object {
  const { object, namespace, name, protection, reason, message, rule, held, worstGap } = volume;
  return {
    object,
    namespace: namespace ?? null,
    name,
    volume: volume.volume ?? null,
    protection,
    reason,
    message,
    rule: rule === undefined ? null : { ...rule, interval: undefined, intervalSeconds: rule.interval / 1_000 },
    newest: instantJson(volume.newest),
    lateAt: instantJson(volume.lateAt),
    dueAt: instantJson(volume.dueAt),
    held: held ?? null,
    worstGapSeconds: worstGap === undefined ? null : worstGap / 1_000,
  };
}

const columns = {
  namespace: ({ namespace = "" }: VolumeCoverage) => namespace,
  name: ({ name }: VolumeCoverage) => name,
  volume: ({ volume = "" }: VolumeCoverage) => volume,
  protection: ({ protection }: VolumeCoverage) => protection,
  reason: ({ reason }: VolumeCoverage) => reason,
  deltas: ({ rule }: VolumeCoverage) => rule?.deltas ?? "",
  newest: ({ newest }: VolumeCoverage) => instantJson(newest) ?? "",
  held: ({ held }: VolumeCoverage) => held?.toString() ?? "",
  worst_gap_seconds: ({ worstGap }: VolumeCoverage) => (worstGap === undefined ? "" : String(worstGap / 1_000)),
  message: ({ message }: VolumeCoverage) => message,
};

/**
 * A line for each volume, below one with the names of the columns.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc4180}
 */
export function coverageCsv({ volumes }: Pick<ClusterCoverage, "volumes">): string {
  const rows = volumes.map((volume) => Object.values(columns).map((read) => csvField(read(volume))));
  return [Object.keys(columns), ...rows].map((row) => `${row.join(",")}\r\n`).join("");
}

/** A line for each volume that is not protected, some of the others, and their sum. */
export function coverageText(coverage: ClusterCoverage, canvas: Canvas, all = false): string {
  const { now, cluster, volumes } = coverage;
  const sum = sumOf(volumes);
  const shown = all ? volumes : withoutMost(volumes);
  const nameWidth = Math.min(
    Math.max(5, ...shown.map((volume) => nameOf(volume).length)),
    Math.floor(canvas.width * 0.35),
  );
  const table = [
    canvas.paint("soft", `${"VOLUME".padEnd(nameWidth)}    STATE        NEWEST  WHY`),
    ...shown.flatMap((volume) => lines(volume, nameWidth, now.getTime(), canvas)),
  ];
  const hidden = volumes.length - shown.length;
  if (hidden > 0) table.push(canvas.paint("soft", `… ${hidden} more that are protected: --all`));
  const excluded = sum.excluded === 0 ? "" : `; ${sum.excluded} excluded`;
  const asked = sum.volumes - sum.excluded;
  const verdict = isAllProtected(sum) ? "all is protected" : "exit code 1, because not all is protected";
  return `${[
    ...(volumes.length === 0 ? [] : [...table, ""]),
    `${asked === 1 ? "1 volume" : `${asked} volumes`}: ${sum.protected} protected, ${sum.late} late, ${sum.unprotected} unprotected${excluded}`,
    `Cluster ${cluster}, ${coverage.asked}, as of ${canvas.time(now.getTime())}; ${verdict}`,
  ].join("\n")}\n`;
}

/** All that somebody should look at, and some of the others. */
function withoutMost(volumes: readonly VolumeCoverage[]): readonly VolumeCoverage[] {
  let left = MOST_PROTECTED;
  return volumes.filter(({ protection }) => protection !== "protected" || left-- > 0);
}

/** Why goes on in further lines, as far as it is not too long. */
function lines(volume: VolumeCoverage, nameWidth: number, now: number, canvas: Canvas): readonly string[] {
  const { protection, reason, message, newest } = volume;
  const { icon, word, style } = protectionMarks[protection];
  const name = cut(nameOf(volume), nameWidth).padEnd(nameWidth);
  const age = newest === undefined ? "none" : ageInWords(Math.max(0, now - newest));
  const state = canvas.paint(style, `${icon} ${word}`) + " ".repeat(11 - word.length);
  const indent = nameWidth + 2 + 13 + 2 + 6 + 2;
  const why = protection === "protected" && reason === "UpToDate" ? "" : message;
  const [first = "", ...others] = wrapText(cut(why, LONGEST_WHY), canvas.width - indent);
  return [
    `${name}  ${state}  ${age.padEnd(6)}  ${first}`.trimEnd(),
    ...others.map((other) => " ".repeat(indent) + other),
  ];
}

/** A claim as `NAMESPACE/NAME`, a volume as `pv/NAME`. */
function nameOf({ namespace, name }: VolumeCoverage): string {
  return namespace === undefined ? `pv/${name}` : `${namespace}/${name}`;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** A field that a spreadsheet would take for a formula begins with an apostrophe. */
function csvField(value: string): string {
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
