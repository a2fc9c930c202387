import { BACKEND_API_VERSION } from "./backend.ts";
import type { PersistentVolumeView } from "./disk.ts";

/**
 * What a package says of its backend before anything of the backend is loaded: which rules and volumes may be its own, and
 * what it is set by. A plain, serialisable value: the module that exports it imports no SDK.
 *
 * @example
 * ```ts
 * export const manifest: BackendManifest = {
 *   apiVersion: BACKEND_API_VERSION,
 *   name: "acme",
 *   volumes: { csiDrivers: ["csi.acme.example"] },
 *   settings: [{ variable: "ACME_TOKEN", description: "API token", secret: true, required: true }],
 *   diskSchema: {
 *     type: "object",
 *     properties: { volume: { type: "string", description: "the volume's id" } },
 *     required: ["volume"],
 *   },
 * };
 * ```
 */
export interface BackendManifest {
  /** {@link BACKEND_API_VERSION} as it was when the backend was written. */
  readonly apiVersion: typeof BACKEND_API_VERSION;

  /** {@link SnapshotBackend.name}: what `spec.backend` of a SnapshotRule, metrics and logs call it. `[a-z0-9][a-z0-9-]*`. */
  readonly name: string;

  /** Further names that `spec.backend` may use. Default: none. */
  readonly aliases?: readonly string[];

  /** Which PersistentVolumes are worth asking {@link SnapshotBackend.diskForVolume} about. */
  readonly volumes: VolumeMatch;

  /** The environment variables that the factory reads. */
  readonly settings: readonly BackendSetting[];

  /** The fields of `spec.disk`. */
  readonly diskSchema: DiskSchema;

  /** What {@link CreateSnapshotRequest.parameters} may hold. Each may be left out. Default: nothing. */
  readonly parameters?: Readonly<Record<string, FieldSchema>>;

  /** What {@link RestoreRequest.parameters} may hold. Default: nothing. */
  readonly restoreParameters?: Readonly<Record<string, RestoreParameter>>;
}

/** A parameter of a restore. */
export interface RestoreParameter extends FieldSchema {
  /**
   * What is known of the volume that gives the parameter where nobody names it: its zones with commas between, its size in
   * GiB, rounded up, or its CSI driver. Default: nothing does.
   */
  readonly from?: "zones" | "sizeGiB" | "csiDriver";

  /** Whether the backend cannot do without it. Default: false. */
  readonly required?: boolean;
}

/** PersistentVolumes that may be a backend's own: any of these. */
export interface VolumeMatch {
  /** `spec.csi.driver`. Default: none. */
  readonly csiDrivers?: readonly string[];

  /** A variable among the settings that names further CSI drivers, separated by commas. Default: none. */
  readonly csiDriversVariable?: string;

  /** Fields of the volume's spec: `awsElasticBlockStore`, `hostPath`. Default: none. */
  readonly sources?: readonly string[];
}

/** An environment variable that a factory reads. */
export interface BackendSetting {
  readonly variable: string;

  /** What it sets, in a few words, for a reference. */
  readonly description: string;

  /** Holds where it is not set. Default: nothing does. */
  readonly default?: string;

  /** Whether the backend cannot do without it. Default: false. */
  readonly required?: boolean;

  /** Whether its value must not be shown. Default: false. */
  readonly secret?: boolean;
}

/**
 * The part of JSON Schema that `spec.disk` is described in: fields that are texts, and which of them are needed. Others are
 * refused.
 *
 * @see {@link https://json-schema.org/draft/2020-12/json-schema-validation#section-6.5.3 | JSON Schema, required}
 */
export interface DiskSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, FieldSchema>>;

  /** Fields that must be there. Default: none. */
  readonly required?: readonly string[];

  /** Sets of fields, exactly one of which must be there. Default: none. */
  readonly oneOf?: readonly { readonly required: readonly string[] }[];
}

/** A field that is a text. */
export interface FieldSchema {
  readonly type: "string";
  readonly description: string;

  /** The values that are allowed. Default: any. */
  readonly enum?: readonly string[];
}

const namePattern = /^[a-z0-9][a-z0-9-]*$/;

/**
 * What is wrong with a value that should be a manifest, in one sentence that says what to change; `undefined` if nothing is.
 */
export function describeManifestFault(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) {
    return `it exports no manifest, which contract ${BACKEND_API_VERSION} needs: see docs/upgrade-a-backend.md`;
  }
  const { apiVersion, name, aliases = [], volumes, settings, diskSchema } = value as Partial<BackendManifest>;
  if (apiVersion !== BACKEND_API_VERSION) {
    return (
      `its manifest is of contract ${JSON.stringify(apiVersion)}, and this release needs ${BACKEND_API_VERSION}: ` +
      "see docs/upgrade-a-backend.md"
    );
  }
  const badName = [name, ...aliases].find((each) => typeof each !== "string" || !namePattern.test(each));
  if (badName !== undefined || name === undefined) {
    return `the name ${JSON.stringify(badName)} in its manifest must be of a-z, 0-9 and dashes`;
  }
  if (typeof volumes !== "object" || volumes === null) return "its manifest lacks volumes";
  if (!Array.isArray(settings)) return "its manifest lacks settings";
  if (typeof diskSchema?.properties !== "object") return "its manifest lacks diskSchema";
  const fields = [diskSchema.required ?? [], ...(diskSchema.oneOf ?? []).map(({ required }) => required)].flat();
  const unknown = fields.find((field) => !Object.hasOwn(diskSchema.properties, field));
  return unknown === undefined ? undefined : `diskSchema of its manifest requires ${unknown}, which it does not have`;
}

/**
 * Whether a volume may be of the backend.
 *
 * @param environment - for {@link VolumeMatch.csiDriversVariable}. Default: none is set
 */
export function mayOwnVolume(
  { volumes }: Pick<BackendManifest, "volumes">,
  { spec }: PersistentVolumeView,
  environment: Readonly<Record<string, string>> = {},
): boolean {
  const { csiDrivers = [], csiDriversVariable, sources = [] } = volumes;
  const further = csiDriversVariable === undefined ? "" : (environment[csiDriversVariable] ?? "");
  const drivers = [...csiDrivers, ...further.split(",").map((driver) => driver.trim())];
  if (spec.csi !== undefined) return drivers.includes(spec.csi.driver);
  return sources.some((source) => spec[source] !== undefined);
}
