import { type Command, Option } from "commander";
import { defaultInWords, flagOf, type Setting } from "../settings/setting.ts";
import { parseSettings, type Settings, settingTable } from "../settings/settings.ts";

const settings = Object.values(settingTable) as readonly Setting<unknown>[];

/** Gives a command a flag for each setting. */
export function addSettingFlags(command: Command): void {
  for (const setting of settings) command.addOption(optionOf(setting));
}

/**
 * The settings of a command: its flags, and the environment where there is none.
 *
 * @throws {SettingsError}
 */
export function readSettings(command: Command, environment: Readonly<Record<string, string | undefined>>): Settings {
  return parseSettings(environment, givenSettings(command));
}

/** What the flags of settings say that a command was given, by variable. */
export function givenSettings(command: Command): Readonly<Record<string, string | undefined>> {
  const options = command.opts<Record<string, string | true | undefined>>();
  const flags: Record<string, string | undefined> = {};
  for (const setting of settings) flags[setting.variable] = options[optionOf(setting).attributeName()]?.toString();
  return flags;
}

/** The flags of settings that a command was given. */
export function givenSettingFlags(command: Command): readonly string[] {
  const options = command.opts<Record<string, unknown>>();
  return settings.filter((setting) => options[optionOf(setting).attributeName()] !== undefined).map(flagOf);
}

/** Yes or no needs no value: `--json-log` is `--json-log true`. */
function optionOf(setting: Setting<unknown>): Option {
  const { variable, kind, description } = setting;
  const holds = defaultInWords(setting);
  const value = kind === "flag" ? "[true|false]" : "<value>";
  const otherwise = holds === undefined ? "" : `; default: ${holds}`;
  return new Option(`${flagOf(setting)} ${value}`, `${description} (${variable}${otherwise})`);
}
