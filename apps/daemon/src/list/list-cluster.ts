import { BASIS, basisLines } from "../cluster-reading/basis.ts";
import { type ClusterReading, readCluster } from "../cluster-reading/read-cluster.ts";
import { coverageIn } from "../coverage/read-coverage.ts";
import type { Canvas } from "../drawing/style.ts";
import { ownedSnapshots } from "../inventory/cluster-inventory.ts";
import { openSession } from "../session.ts";
import type { Settings } from "../settings/settings.ts";
import { listedRules, rulesJson, rulesText } from "./list-rules.ts";
import { snapshotsJson, snapshotsText } from "./list-snapshots.ts";
import { type ListedVolume, volumesJson, volumesText } from "./list-volumes.ts";

/** What {@link listCluster} is asked for, and how it is printed. */
export interface ListRequest {
  readonly settings: Settings;
  readonly environment: Readonly<Record<string, string | undefined>>;

  /** `undefined`: all. */
  readonly namespace: string | undefined;
  readonly output: "text" | "wide" | "json" | "yaml";
  readonly canvas: Canvas;
}

/** A list of one kind, as text or a document. */
interface Listing {
  readonly lines: () => readonly string[];
  readonly items: () => readonly object[];
}

/**
 * Reads the cluster and prints the list. Documents are `{now, cluster, asked, basis, volumes | snapshots | rules, errors: [{backend,
 * location, code, message}]}`: times in ISO 8601, what is not there is `null`.
 *
 * @throws {Error} if the cluster cannot be read
 */
export async function listCluster(
  what: "volumes" | "snapshots" | "rules",
  request: ListRequest,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const { settings, environment, output, canvas } = request;
  await using session = await openSession(settings, environment);
  const reading = await readCluster(session, settings);
  const { lines, items } = { volumes: volumesOf, snapshots: snapshotsOf, rules: rulesOf }[what](reading, request);
  const errors = reading.locations.flatMap(({ backend, location, error }) =>
    error === undefined ? [] : [{ backend, location, code: error.code, message: error.message }],
  );
  const isWhole = errors.length === 0;
  if (output === "json" || output === "yaml") {
    const { now, cluster, asked } = reading;
    const document = { now: now.toISOString(), cluster, asked, basis: BASIS, [what]: items(), errors };
    return { text: await documentText(document, output), isWhole };
  }
  const failed = errors.map(({ backend, location, message }) =>
    canvas.paint("bad", `${backend} ${location} could not be listed: ${message}`),
  );
  const basis = what === "rules" ? [] : ["", ...basisLines(canvas)];
  return { text: [...lines(), ...failed, ...basis].map((line) => `${line}\n`).join(""), isWhole };
}

async function documentText(document: object, output: "json" | "yaml"): Promise<string> {
  if (output === "json") return `${JSON.stringify(document, undefined, 2)}\n`;
  const { stringify } = await import("./yaml-format.ts");
  return stringify(document, { lineWidth: 0 });
}

function volumesOf(reading: ClusterReading, { settings, namespace, output, canvas }: ListRequest): Listing {
  const byDisk = Map.groupBy(ownedSnapshots(reading, 0), ({ backend, location, disk }) =>
    JSON.stringify([backend, location, disk]),
  );
  const volumes = coverageIn(reading, settings)
    .filter((volume) => namespace === undefined || volume.namespace === namespace)
    .map((coverage): ListedVolume => {
      const { rule } = coverage;
      const key = rule && JSON.stringify([rule.backend, rule.location, rule.disk]);
      return { coverage, snapshots: (key !== undefined && byDisk.get(key)) || [] };
    });
  return {
    lines: () =>
      volumes.length === 0
        ? [noneIn("claims or volumes", namespace)]
        : volumesText(volumes, reading.now.getTime(), output === "wide", canvas),
    items: () => volumesJson(volumes),
  };
}

function snapshotsOf(reading: ClusterReading, { namespace, output, canvas }: ListRequest): Listing {
  const most = output === "text" ? 1 : undefined;
  const owned = ownedSnapshots(reading, most);
  const snapshots = owned.filter((one) => namespace === undefined || one.namespace === namespace);
  return {
    lines: () =>
      snapshots.length === 0
        ? [noneIn("snapshots of this cluster", namespace)]
        : snapshotsText(snapshots, reading.now.getTime(), output === "wide", canvas),
    items: () => snapshotsJson(snapshots),
  };
}

function rulesOf(reading: ClusterReading, { namespace, output, canvas }: ListRequest): Listing {
  const rules = listedRules(reading).filter((rule) => namespace === undefined || rule.namespace === namespace);
  return {
    lines: () =>
      rules.length === 0
        ? [noneIn("objects that ask for snapshots", namespace)]
        : rulesText(rules, output === "wide", canvas),
    items: () => rulesJson(rules),
  };
}

function noneIn(what: string, namespace: string | undefined): string {
  return namespace === undefined ? `There are no ${what}.` : `There are no ${what} in the namespace ${namespace}.`;
}
