import type { Setting } from "../settings/setting.ts";
import { flagOf } from "../settings/setting.ts";
import type { FormerDeployment, FormerVariable } from "./former-deployment.ts";
import { textAt } from "./manifest-fields.ts";
import type { CarriedVariable, Decision } from "./migration.ts";
import { mountedFile } from "./mounted-file.ts";
import { commandToRead, type SecretToMake, withEntry } from "./secrets-to-make.ts";
import type { ValuesBuilder } from "./values-builder.ts";
import { type Treatment, treatmentOf } from "./variable-treatments.ts";

/** What replaces the variables of the former Deployment. */
export interface CarriedVariables {
  readonly variables: readonly CarriedVariable[];
  readonly decisions: readonly Decision[];
  readonly secrets: readonly SecretToMake[];

  /** Those that decide what is planned, and are no secrets. */
  readonly environment: Readonly<Record<string, string>>;
}

type Outcome = Omit<CarriedVariable, "variable"> & {
  readonly decision?: Omit<Decision, "about">;
  readonly secret?: { readonly name: string; readonly key: string; readonly read: string };
  readonly planned?: string;
};

/**
 * Carries the variables over, one by one.
 *
 * @param given - settings that the command line has, by variable: they take precedence
 * @param values - gets what they become
 */
export function carryVariables(
  deployment: FormerDeployment,
  given: Readonly<Record<string, string | undefined>>,
  values: ValuesBuilder,
): CarriedVariables {
  const variables: CarriedVariable[] = [];
  const decisions: Decision[] = [];
  const environment: Record<string, string> = {};
  let secrets: readonly SecretToMake[] = [];
  for (const variable of deployment.variables) {
    const { name } = variable;
    const outcome =
      given[name] === undefined
        ? carry(variable, treatmentOf(name), deployment, values)
        : ({ meaning: "same", becomes: undefined, note: "the command line has another value, which counts" } as const);
    const { decision, secret, planned, ...carried } = outcome;
    variables.push({ variable: name, ...carried });
    if (decision !== undefined) decisions.push({ about: name, ...decision });
    if (secret !== undefined) secrets = withEntry(secrets, secret.name, secret.key, secret.read);
    if (planned !== undefined) environment[name] = planned;
  }
  return { variables, decisions, secrets, environment };
}

function carry(
  variable: FormerVariable,
  treatment: Treatment,
  deployment: FormerDeployment,
  values: ValuesBuilder,
): Outcome {
  const { value } = variable;
  // As good as not set, there and here.
  if (value === "") return { meaning: "same", becomes: undefined, note: "empty: the same as not set" };
  switch (treatment.kind) {
    case "setting":
      return value === undefined
        ? unread(variable, flagOf(treatment.setting))
        : carrySetting(value, treatment, deployment, values);
    case "value":
      if (value === undefined) return handOn(variable, values);
      values.set(treatment.path, treatment.isList ? value.split(",").map((word) => word.trim()) : value);
      return { meaning: "same", becomes: treatment.path, planned: value };
    case "secret":
      return carrySecret(variable, { ...treatment, name: treatment.secret }, deployment, values);
    case "google-key":
      return carryGoogleKey(variable, deployment, values);
    case "variable":
      return {
        ...handOn(variable, values),
        ...(treatment.note !== undefined && { meaning: "differs", note: treatment.note }),
      };
    case "none":
      return { meaning: "none", becomes: undefined, note: treatment.note };
    case "volume-by-name":
      return {
        meaning: "undecided",
        becomes: undefined,
        note: "replaced by SnapshotRules",
        decision: {
          problem: "it names disks, which releases before SnapshotRules read; nothing here does",
          remedy: "write a SnapshotRule with spec.backend and spec.disk for each of them, and take the variable out",
        },
      };
  }
}

function carrySetting(
  value: string,
  { setting, path, note }: Extract<Treatment, { readonly kind: "setting" }>,
  deployment: FormerDeployment,
  values: ValuesBuilder,
): Outcome {
  try {
    values.set(path, chartValueOf(setting, value));
  } catch (error) {
    const problem = `${JSON.stringify(value)} is refused here: it ${(error as Error).message}`;
    const decision = { problem, remedy: `choose another: ${flagOf(setting)} VALUE on this command line` };
    return { meaning: "undecided", becomes: undefined, note: "refused here", decision };
  }
  if (setting.kind === "path" && setting.variable === "KUBE_CONFIG_FILE") {
    mount(value, deployment, values);
    return { meaning: "same", becomes: path };
  }
  return { meaning: note === undefined ? "same" : "differs", becomes: path, ...(note && { note }), planned: value };
}

/** As the chart's schema wants it. @throws {Error} if the daemon would refuse it */
export function chartValueOf(setting: Setting<unknown>, written: string): unknown {
  const parsed = setting.parse(written);
  switch (setting.kind) {
    case "flag":
    case "number":
    case "word":
    case "list":
    case "paths":
      return parsed;
    default:
      return written;
  }
}

function carrySecret(
  variable: FormerVariable,
  { name, key, path }: { readonly name: string; readonly key: string; readonly path: string },
  deployment: FormerDeployment,
  values: ValuesBuilder,
): Outcome {
  const read = commandToRead(variable, deployment);
  if (read === undefined) return handOn(variable, values);
  values.set(path, name);
  return { meaning: "same", becomes: path, note: `key ${key} of the Secret ${name}`, secret: { name, key, read } };
}

const GOOGLE_SECRET = { name: "google", key: "key.json", path: "cloud.google.secretName" } as const;

function carryGoogleKey(variable: FormerVariable, deployment: FormerDeployment, values: ValuesBuilder): Outcome {
  const { value } = variable;
  const isContents = value === undefined || value.trim().startsWith("{");
  if (isContents) return carrySecret(variable, GOOGLE_SECRET, deployment, values);
  const secret = mountedFile(value, deployment)?.secret;
  if (secret !== undefined) {
    const source = { secretKeyRef: secret };
    return carrySecret({ name: variable.name, value: undefined, source }, GOOGLE_SECRET, deployment, values);
  }
  mount(value, deployment, values);
  return handOn(variable, values);
}

/** Its file is mounted as it was. */
function mount(path: string, deployment: FormerDeployment, values: ValuesBuilder): void {
  const file = mountedFile(path, deployment);
  if (file === undefined) return;
  values.add("extraVolumes", file.volume);
  values.add("extraVolumeMounts", file.mount);
}

function handOn({ name, value, source }: FormerVariable, values: ValuesBuilder): Outcome {
  values.add("extraEnv", value === undefined ? { name, valueFrom: source } : { name, value });
  return { meaning: "same", becomes: "extraEnv", ...(value !== undefined && { planned: value }) };
}

/** A setting whose value decides what becomes of snapshots, and that is not known. */
function unread({ source }: FormerVariable, flag: string): Outcome {
  const secret = textAt(source, "secretKeyRef", "name");
  const where = secret === undefined ? "elsewhere" : `in the Secret ${secret}`;
  return {
    meaning: "undecided",
    becomes: undefined,
    note: `its value stands ${where}`,
    decision: {
      problem: `its value stands ${where}, which is not read here`,
      remedy: `say it on this command line: ${flag} VALUE`,
    },
  };
}
