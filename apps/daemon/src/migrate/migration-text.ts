import type { Canvas } from "../drawing/style.ts";
import { drawTable } from "../drawing/table.ts";
import { spanInWords, wrapText } from "../drawing/words.ts";
import { keptForInWords } from "../inventory/snapshot-words.ts";
import { toTheMinute } from "../plan-diff/diff-times.ts";
import { paceOf } from "../plan-diff/schedule-diff.ts";
import type { DiskMigration, SnapshotMigration } from "./disk-migration.ts";
import type { AskingObject, CarriedVariable, Migration } from "./migration.ts";
import { migrationValues } from "./migration-documents.ts";

/** What a person reads: first what has to be decided, last what is to do. */
export async function migrationText(migration: Migration, canvas: Canvas): Promise<string> {
  const { paint } = canvas;
  const values = (await migrationValues(migration)).trimEnd().split("\n");
  const lines = [
    ...wrapText(migration.asked, canvas.width).map((line) => paint("soft", line)),
    ...deploymentLines(migration),
    ...section("Decide first", decisionLines(migration, canvas), canvas),
    ...section("Not as it was", changeLines(migration, canvas), canvas),
    ...section("Variables", variableLines(migration.variables, canvas), canvas),
    ...section("What asks for snapshots", objectLines(migration.objects, canvas), canvas),
    ...section(
      "Snapshots",
      migration.disks.flatMap((disk) => diskLines(disk, canvas)),
      canvas,
    ),
    ...section(
      "Values for the Helm chart (--output values)",
      values.map((line) => `  ${line}`),
      canvas,
    ),
    ...section("Then", stepLines(migration, canvas), canvas),
    "",
    conclusion(migration, canvas),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function section(title: string, lines: readonly string[], { paint }: Canvas): readonly string[] {
  return lines.length === 0 ? [] : ["", paint("strong", title), ...lines];
}

function deploymentLines({ deployment, cluster }: Migration): readonly string[] {
  const lines: string[] = [];
  if (deployment !== undefined) {
    const { namespace, name, image, replicas } = deployment;
    const running = replicas === 0 ? "stopped" : `${replicas} replica${replicas === 1 ? "" : "s"}`;
    lines.push(`From Deployment ${namespace}/${name}, ${image}, ${running}`);
  }
  if (cluster !== undefined) lines.push(`Snapshots of this cluster carry its id ${cluster}`);
  return lines;
}

function decisionLines({ decisions }: Migration, canvas: Canvas): readonly string[] {
  return decisions.flatMap(({ about, problem, remedy }) => [
    ...hanging(canvas.paint("bad", "  ! "), `${about}: ${problem}`, canvas),
    ...hanging("    ", `-> ${remedy}`, canvas),
  ]);
}

function changeLines({ changes }: Migration, canvas: Canvas): readonly string[] {
  return changes.flatMap(({ about, what }) => hanging("  - ", `${about}: ${what}`, canvas));
}

function hanging(mark: string, text: string, { width }: Canvas): readonly string[] {
  const [first = "", ...rest] = wrapText(text, width - 4);
  return [mark + first, ...rest.map((line) => `    ${line}`)];
}

const meanings = {
  same: "the same",
  differs: "differs",
  none: "left out",
  undecided: "undecided",
} as const satisfies Record<CarriedVariable["meaning"], string>;

function variableLines(variables: readonly CarriedVariable[], canvas: Canvas): readonly string[] {
  if (variables.length === 0) return [];
  const rows = variables.map(({ variable, meaning, becomes, note }) => [
    { text: variable },
    { text: meanings[meaning], ...(meaning === "undecided" && { style: "bad" as const }) },
    { text: becomes ?? "" },
    { text: note ?? "" },
  ]);
  return indented(drawTable(canvas, ["VARIABLE", "HERE", "BECOMES", ""], rows));
}

const outcomes = {
  same: "the same",
  waits: "waits",
  superseded: "superseded",
  refused: "refused",
  unknown: "not known",
} as const satisfies Record<AskingObject["outcome"], string>;

/** More than these nobody reads in a terminal. */
const MOST_OBJECTS = 100;
const MOST_SNAPSHOTS = 60;

function objectLines(objects: readonly AskingObject[], canvas: Canvas): readonly string[] {
  if (objects.length === 0) return [];
  const rows = objects
    .slice(0, MOST_OBJECTS)
    .map(({ id, deltas, outcome, reason }) => [
      { text: id },
      { text: deltas ?? "" },
      { text: outcomes[outcome], ...(outcome === "refused" && { style: "bad" as const }) },
      { text: reason ?? "" },
    ]);
  const lines = drawTable(canvas, ["OBJECT", "DELTAS", "HERE", ""], rows);
  return [...indented(lines), ...andMore(objects.length - MOST_OBJECTS, "objects", canvas)];
}

function diskLines(disk: DiskMigration, canvas: Canvas): readonly string[] {
  const { paint } = canvas;
  const { backend, location, disk: id, rule, deltas, snapshots, error } = disk;
  const title = `  ${paint("strong", rule ?? "no rule")}${deltas === undefined ? "" : ` (${deltas})`}: ${backend} ${location} ${id}`;
  if (error !== undefined) return [title, ...hanging(`  ${paint("bad", "! ")}`, error, canvas)];
  const rows = snapshots
    .slice(0, MOST_SNAPSHOTS)
    .map((snapshot) => [
      { text: snapshot.id },
      { text: toTheMinute(canvas.time(snapshot.createdAt)) },
      { text: fateOf(snapshot) },
      { text: goesOf(snapshot, canvas) },
      { text: keptForInWords(snapshot.keptFor) || (snapshot.why ?? "") },
    ]);
  return [
    title,
    ...summaryLines(disk, canvas),
    ...(rows.length === 0 ? [] : indented(indented(drawTable(canvas, ["SNAPSHOT", "TAKEN", "", "GOES", "WHY"], rows)))),
    ...andMore(snapshots.length - MOST_SNAPSHOTS, "snapshots", canvas),
  ];
}

function fateOf({ fate, state }: SnapshotMigration): string {
  const words = { kept: "kept", goes: "goes", stays: state === "ready" ? "stays" : state, "left-alone": "left alone" };
  return words[fate];
}

function goesOf({ fate, goesAt }: SnapshotMigration, canvas: Canvas): string {
  if (goesAt !== undefined) return toTheMinute(canvas.time(goesAt));
  return fate === "kept" || fate === "goes" ? "later" : "";
}

function summaryLines(disk: DiskMigration, canvas: Canvas): readonly string[] {
  const { snapshots, nextAt, foresight } = disk;
  const count = (...fates: readonly SnapshotMigration["fate"][]): number =>
    snapshots.filter(({ fate }) => fates.includes(fate)).length;
  const time = (instant: number): string => toTheMinute(canvas.time(instant));
  const left = count("left-alone");
  const lines = [
    `${count("kept", "goes", "stays")} taken over: ${count("kept", "stays")} stay, ${count("goes")} go${left === 0 ? "" : `; ${left} left alone`}`,
  ];
  if (nextAt !== undefined) lines.push(`next one ${nextAt <= (foresight?.now ?? 0) ? "at once" : time(nextAt)}`);
  const going = snapshots.filter(({ fate }) => fate === "goes");
  if (foresight !== undefined && going.length > 0) {
    const { inForceAt, grace, window, now } = foresight;
    if (inForceAt !== undefined && inForceAt > now) {
      lines.push(
        `until ${time(inForceAt)} nothing goes: a grace of ${spanInWords(grace)} after the first snapshot of this daemon`,
      );
    }
    const pace = paceOf(going, window);
    if (pace !== undefined) {
      const most =
        pace.first === pace.last
          ? ""
          : `at most ${pace.most} in ${spanInWords(window)}, the oldest first, to ${time(pace.last)}`;
      lines.push(`from ${time(pace.first)} ${most === "" ? "they go" : most}`);
    }
  }
  return lines.flatMap((line) => hanging("    ", line, canvas));
}

function stepLines({ steps }: Migration, canvas: Canvas): readonly string[] {
  return steps.flatMap(({ what, commands }, index) => [
    ...hanging(`${`${index + 1}.`.padStart(3)} `, what, canvas),
    ...commands.flatMap((command) => command.split("\n").map((line) => `      ${line}`)),
  ]);
}

function conclusion({ decisions, disks }: Migration, { paint }: Canvas): string {
  const all = disks.flatMap(({ snapshots }) => snapshots);
  const going = all.filter(({ fate }) => fate === "goes").length;
  const left = all.filter(({ fate }) => fate === "left-alone").length;
  const sum = `Nothing was changed. Of ${all.length} snapshots ${all.length - going - left} stay, ${going} go, ${left} are left alone.`;
  return decisions.length === 0
    ? `${sum} Nothing is in the way.`
    : `${sum} ${paint("bad", `${decisions.length} thing${decisions.length === 1 ? "" : "s"} to decide first.`)}`;
}

function andMore(count: number, what: string, { paint }: Canvas): readonly string[] {
  return count <= 0 ? [] : [paint("soft", `    … and ${count} more ${what}: --output json has them all`)];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
