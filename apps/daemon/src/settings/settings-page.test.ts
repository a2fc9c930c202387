import { expect, it } from "vitest";
import { flagOf, type Setting } from "./setting.ts";
import { settingTable } from "./settings.ts";

const code = (text: string): string => `\`${text}\``;

it("the reference lists all settings as they are declared", async () => {
  const rows = (Object.values(settingTable) as readonly Setting<unknown>[]).map((setting) => {
    const { variable, kind, description, otherwise = "" } = setting;
    const holds = setting.default === undefined ? otherwise : code(setting.default);
    const name = setting.flag === undefined ? code(variable) : `${code(variable)}, ${code(setting.flag)}`;
    return `| ${name} | ${kind} | ${holds} | ${description} |`;
  });
  const page = [
    "# Settings",
    "",
    "Environment variables of the daemon. Each is a flag too, which takes precedence: `HTTP_LISTEN` is",
    `${code(flagOf(settingTable.httpListen))}. An empty variable counts as not set, except PAGE_LISTEN's; a`,
    "wrong one stops the start, with a line that names it.",
    "Variables of the storage systems are in the READMEs of their backends. This page is written from the code:",
    "`vitest -u` renews it.",
    "",
    "A flag is `true` or `false`, and alone on the command line it is `true`. A duration is ISO 8601, of weeks and shorter. A",
    "list has commas between. A path is absolute; paths have colons between and may be relative.",
    "",
    "`TZ` is the time zone, such as `Europe/Berlin`, of the times that `plan` and `demo` list. All else is in UTC.",
    "",
    "| variable | kind | default | what it is |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  await expect(page).toMatchFileSnapshot("../../../../docs/reference/settings.md");
});
