import { type Command, Option } from "commander";
import { flagOf, type Setting } from "../settings/setting.ts";
import { parseSettings, type Settings, settingTable } from "../settings/settings.ts";

/** Gives a command a flag for each setting. */
export function addSettingFlags(command: Command): void {
  for (const { variable, description, fallback } of Object.values(settingTable) as Setting<unknown>[]) {
    const otherwise = fallback === undefined ? "" : `; default: ${fallback}`;
    command.addOption(new Option(`${flagOf(variable)} <value>`, `${description} (${variable}${otherwise})`));
  }
}

/**
 * The settings of a command: its flags, and the environment where there is none.
 *
 * @throws {SettingsError}
 */
export function readSettings(command: Command, environment: Readonly<Record<string, string | undefined>>): Settings {
  const options = command.opts<Record<string, string>>();
  const flags: Record<string, string | undefined> = {};
  for (const { variable } of Object.values(settingTable) as Setting<unknown>[]) {
    flags[variable] = options[new Option(`${flagOf(variable)} <value>`).attributeName()];
  }
  return parseSettings(environment, flags);
}
