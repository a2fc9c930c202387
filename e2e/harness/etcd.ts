import { join } from "node:path";
import { ChildProgram } from "./child-program.ts";
import { freePort } from "./free-port.ts";
import { waitUntil } from "./wait-until.ts";

/** A running etcd, which nobody else uses. */
export class Etcd {
  readonly url: string;
  readonly #program: ChildProgram;

  private constructor(url: string, program: ChildProgram) {
    this.url = url;
    this.#program = program;
  }

  /**
   * A port that was free a moment ago may be another program's by the time etcd listens on it: then it ends, and is started
   * once more on others.
   *
   * @throws {Error} if it does not get healthy; with the end of the log
   */
  static async start(command: string, folder: string, attempts: number = 3): Promise<Etcd> {
    const url = `http://127.0.0.1:${await freePort()}`;
    const options = [
      `--data-dir=${join(folder, "etcd")}`,
      "--unsafe-no-fsync",
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=http://127.0.0.1:${await freePort()}`,
    ];
    const program = new ChildProgram(command, options, join(folder, "etcd.log"));
    const explain = (): string => `etcd did not get healthy in time: ${program.lastWords}`;
    const isHealthy = async (): Promise<boolean> => (await fetch(`${url}/health`)).ok;
    await waitUntil(async () => !program.isRunning || (await isHealthy()), explain).catch(async (error: unknown) => {
      await program.kill();
      throw error;
    });
    if (program.isRunning) return new Etcd(url, program);
    if (attempts > 1) return Etcd.start(command, folder, attempts - 1);
    throw new Error(`etcd ended: ${program.lastWords}`);
  }

  /** Forgets all revisions but the latest. */
  async compact(): Promise<void> {
    const { header } = (await this.#call("range", { key: "AA==" })) as { header: { revision: string } };
    await this.#call("compaction", { revision: header.revision, physical: true });
  }

  async stop(): Promise<void> {
    await this.#program.kill();
  }

  async #call(operation: string, body: object): Promise<unknown> {
    const answer = await fetch(`${this.url}/v3/kv/${operation}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`etcd answered ${answer.status} to ${operation}: ${await answer.text()}`);
    return answer.json();
  }
}
