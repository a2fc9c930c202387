import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeFolder } from "../../test-support/temporary-folder.ts";
import { ChildProgram } from "./child-program.ts";
import { freePort } from "./free-port.ts";
import { waitUntil } from "./wait-until.ts";

/** A running moto_server: AWS with nothing behind it. It takes any credentials, and settles everything at once. */
export interface Moto {
  /** `http://127.0.0.1:PORT`: the endpoint of every service. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts moto_server on a free port, and waits until it answers: some two seconds.
 *
 * @throws {Error} if it does not answer; with the end of its log
 * @see {@link https://docs.getmoto.org/en/latest/docs/server_mode.html}
 */
export async function startMoto(command: string): Promise<Moto> {
  const folder = await mkdtemp(join(tmpdir(), "moto-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = new ChildProgram(command, ["-H", "127.0.0.1", "-p", String(port)], join(folder, "moto.log"));
  const stop = async (): Promise<void> => {
    await program.kill();
    await removeFolder(folder);
  };
  const explain = (): string => `moto_server did not answer within 60 s: ${program.lastWords}`;
  await waitUntil(async () => (await fetch(`${url}/moto-api/`)).ok, explain).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url, stop };
}
