import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ChildProgram } from "./child-program.ts";
import { freePort } from "./free-port.ts";
import { waitUntil } from "./wait-until.ts";

/** One series of an answer. */
export interface PrometheusSeries {
  readonly metric: Readonly<Record<string, string>>;
}

/** A Prometheus that scrapes one target every second. */
export interface Prometheus {
  /**
   * The value of an expression now.
   *
   * @throws {Error} if it is not understood
   */
  query(expression: string): Promise<readonly PrometheusSeries[]>;
  stop(): Promise<void>;
}

/**
 * @param target - `127.0.0.1:8080`
 * @param folder - for its data; its own
 * @throws {Error} if it does not answer; with the end of its log
 */
export async function startPrometheus(command: string, target: string, folder: string): Promise<Prometheus> {
  const config = join(folder, "prometheus.json");
  // JSON is YAML, too.
  const scrape = { job_name: "k8s-snapshots", scrape_interval: "1s", static_configs: [{ targets: [target] }] };
  await writeFile(config, JSON.stringify({ scrape_configs: [scrape] }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const program = new ChildProgram(command, flags, join(folder, "prometheus.log"));
  const explain = (): string => `prometheus did not answer: ${program.lastWords}`;
  await waitUntil(async () => (await fetch(`${url}/-/ready`)).ok, explain).catch(async (error: unknown) => {
    await program.kill();
    throw error;
  });
  return {
    async query(expression) {
      const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { status, error, data } = (await answer.json()) as {
        readonly status: string;
        readonly error?: string;
        readonly data: { readonly result: readonly PrometheusSeries[] };
      };
      if (status !== "success") throw new Error(`${expression}: ${error}`);
      return data.result;
    },
    stop: () => program.kill(),
  };
}
