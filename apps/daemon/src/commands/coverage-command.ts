import { type Command, Option } from "commander";
import { canvasOf } from "../drawing/style.ts";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, readSettings } from "./setting-flags.ts";

interface CoverageOptions {
  readonly namespace?: string;
  readonly output: "text" | "json" | "csv";
  readonly all?: boolean;
}

/** `coverage`: which volumes of the cluster are not protected, and why. */
export function addCoverageCommand(program: Command, context: CommandContext): void {
  const { environment, terminal, exitWith } = context;
  const command = program
    .command("coverage")
    .description(
      "show each PersistentVolumeClaim and PersistentVolume of the cluster, whether its data is safe, and why not; exits with 1 unless all are protected or excluded",
    )
    .addOption(new Option("-n, --namespace <namespace>", "only the claims of one namespace"))
    .addOption(new Option("-o, --output <format>", "how to print it").choices(["text", "json", "csv"]).default("text"))
    .addOption(new Option("--all", "in text: all volumes that are protected, too"))
    .addHelpText(
      "after",
      `
Examples:
  k8s-snapshots coverage
  k8s-snapshots coverage --namespace shop --output json
  kubectl exec -n k8s-snapshots deploy/k8s-snapshots -- k8s-snapshots coverage`,
    )
    .action(async (options: CoverageOptions) => {
      const { readCoverage } = await import("../coverage/read-coverage.ts");
      const { coverageCsv, coverageJson, coverageText } = await import("../coverage/coverage-report.ts");
      const { isAllProtected, sumOf } = await import("../coverage/volume-coverage.ts");
      const whole = await readCoverage(readSettings(command, environment), environment);
      const { namespace } = options;
      const volumes = whole.volumes.filter((volume) => namespace === undefined || volume.namespace === namespace);
      const coverage = { ...whole, volumes };
      const print = {
        text: () => coverageText(coverage, canvasOf(terminal.output, environment), options.all),
        json: () => coverageJson(coverage),
        csv: () => coverageCsv(coverage),
      }[options.output];
      terminal.output.write(print());
      exitWith(isAllProtected(sumOf(volumes)) ? 0 : 1);
    });
  addSettingFlags(command.optionsGroup("Settings of the daemon:"));
}
