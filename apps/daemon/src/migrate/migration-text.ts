import type { Canvas } from "../drawing/style.ts";
import { drawTable } from "../drawing/table.ts";
import { wrapText } from "../drawing/words.ts";
import { disksLines } from "./disk-text.ts";
import type { AskingObject, CarriedVariable, Migration } from "./migration.ts";
import { migrationValues } from "./migration-documents.ts";
import { andMore, hanging, indented } from "./text-layout.ts";

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
    ...section("Snapshots", disksLines(migration.disks, canvas), canvas),
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
  const sum = `Nothing was changed. Of ${all.length} snapshot${all.length === 1 ? "" : "s"} ${all.length - going - left} stay, ${going} go, ${left} are left alone.`;
  return decisions.length === 0
    ? `${sum} Nothing is in the way.`
    : `${sum} ${paint("bad", `${decisions.length} thing${decisions.length === 1 ? "" : "s"} to decide first.`)}`;
}
