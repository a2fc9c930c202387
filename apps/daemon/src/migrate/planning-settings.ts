import { parseSettings, type Settings, settingTable } from "../settings/settings.ts";
import { DEFAULT_NAMESPACE, FORMER_SYSTEM_NAMESPACE } from "./target.ts";

/** Where the commands of this machine find the cluster, which says nothing of where the daemon does. */
const access = ["kubeConfigFile", "kubeconfig", "context"] as const satisfies readonly (keyof Settings)[];

/** Variables of {@link access}. */
export const accessVariables: ReadonlySet<string> = new Set(access.map((name) => settingTable[name].variable));

/**
 * What the daemon would be set to: the former Deployment's variables, and the command line's flags before them.
 *
 * @param carried - the variables that are carried over
 * @param flags - by variable
 * @param own - the settings of this command
 */
export function planningSettings(
  carried: Readonly<Record<string, string>>,
  flags: Readonly<Record<string, string | undefined>>,
  own: Settings,
): Settings {
  const settings = parseSettings(carried, flags);
  const trustedNamespaces = settings.trustedNamespaces ?? [FORMER_SYSTEM_NAMESPACE, DEFAULT_NAMESPACE];
  return { ...settings, trustedNamespaces, ...Object.fromEntries(access.map((name) => [name, own[name]])) };
}
