import { type Command, Option } from "commander";
import type { ClusterCoverage } from "../coverage/read-coverage.ts";
import { canvasOf } from "../drawing/style.ts";
import type { CommandContext } from "./command-context.ts";
import { addSettingFlags, givenSettingFlags, readSettings } from "./setting-flags.ts";
import { UsageError } from "./usage-error.ts";

interface CoverageOptions {
  readonly namespace?: string;
  readonly output: "text" | "json" | "csv";
  readonly all?: boolean;
  readonly from?: string;
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
    .option("--from <url>", "ask the status page of a daemon, such as http://127.0.0.1:8081/, instead of the cluster")
    .addOption(new Option("--all", "in text: all volumes that are protected, too"))
    .addHelpText(
      "after",
      `
Examples:
  k8s-snapshots coverage
  k8s-snapshots coverage --namespace shop --output json
  kubectl port-forward -n k8s-snapshots deploy/k8s-snapshots 8081 &
  k8s-snapshots coverage --from http://127.0.0.1:8081/
  kubectl exec -n k8s-snapshots deploy/k8s-snapshots -- k8s-snapshots coverage`,
    )
    .action(async (options: CoverageOptions) => {
      const { coverageCsv, coverageJson, coverageText } = await import("../coverage/coverage-report.ts");
      const { isAllProtected, sumOf } = await import("../coverage/volume-coverage.ts");
      const { namespace, from } = options;
      const whole = from === undefined ? await readWhole() : await askDaemon(from);
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

  async function readWhole(): Promise<ClusterCoverage> {
    const { readCoverage } = await import("../coverage/read-coverage.ts");
    return readCoverage(readSettings(command, environment), environment);
  }

  async function askDaemon(from: string): Promise<ClusterCoverage> {
    const useless = givenSettingFlags(command);
    if (useless.length > 0) throw new UsageError(`--from asks a daemon, which has its own ${useless.join(", ")}`);
    const { fetchCoverage } = await import("../coverage/fetch-coverage.ts");
    return fetchCoverage(from);
  }
}
