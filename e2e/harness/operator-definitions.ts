import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const moduleFolder = join(import.meta.dirname, "..", "prometheus-operator");

/**
 * The definitions of ServiceMonitors, PodMonitors and PrometheusRules, from the Go module that e2e/prometheus-operator/go.mod
 * names. Go keeps it in its module cache.
 *
 * @returns what to do, if there is no way to have them
 */
export async function findOperatorDefinitions(): Promise<{ readonly folder: string } | { readonly missing: string }> {
  try {
    const words = ["mod", "download", "-json", "github.com/prometheus-operator/prometheus-operator"];
    const { stdout } = await promisify(execFile)("go", words, { cwd: moduleFolder, timeout: 300_000 });
    return { folder: join((JSON.parse(stdout) as { Dir: string }).Dir, "example", "prometheus-operator-crd") };
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { missing: isAbsent ? "install Go 1.26 to have it fetched" : `${(error as Error).message.split("\n")[0]}` };
  }
}
