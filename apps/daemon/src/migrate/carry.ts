import { type Setting, valueName } from "../settings/setting.ts";
import { settingTable } from "../settings/settings.ts";
import { carryPod } from "./carry-pod.ts";
import { type CarriedVariables, carryVariables, chartValueOf } from "./carry-variables.ts";
import type { FormerDeployment } from "./former-deployment.ts";
import type { Fields } from "./manifest-fields.ts";
import type { Change } from "./migration.ts";
import { accessVariables } from "./planning-settings.ts";
import { ValuesBuilder } from "./values-builder.ts";

/** What replaces the former Deployment. */
export interface Carried extends CarriedVariables {
  readonly deployment: FormerDeployment | undefined;
  readonly changes: readonly Change[];
  readonly values: Fields;
}

/** @param flags - settings that the command line has, by variable */
export function carryOver(
  deployment: FormerDeployment | undefined,
  flags: Readonly<Record<string, string | undefined>>,
): Carried {
  const values = new ValuesBuilder();
  const given = Object.fromEntries(Object.entries(flags).filter(([variable]) => !accessVariables.has(variable)));
  const carried = deployment && carryVariables(deployment, given, values);
  for (const setting of Object.values(settingTable) as readonly Setting<unknown>[]) {
    const written = given[setting.variable];
    if (written !== undefined) values.set(`settings.${valueName(setting)}`, chartValueOf(setting, written));
  }
  const changes = deployment === undefined ? [] : carryPod(deployment, values);
  return {
    deployment,
    variables: carried?.variables ?? [],
    decisions: carried?.decisions ?? [],
    secrets: carried?.secrets ?? [],
    environment: carried?.environment ?? {},
    changes,
    values: values.values,
  };
}
