import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { removeFolder } from "../../test-support/temporary-folder.ts";
import { Etcd } from "./etcd.ts";

const { kubernetes } = inject("programs");

describe.skipIf(kubernetes === undefined)("an etcd for tests", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "etcd-"));
  });
  afterAll(() => removeFolder(folder));

  /** An etcd that ends its first times, as one does whose port is taken. */
  async function endingAtFirst(times: number): Promise<string> {
    const program = join(folder, `etcd-${times}`);
    const mark = `${program}.starts`;
    const lines = [
      "#!/bin/sh",
      `echo "address already in use" && echo x >> ${mark}`,
      `[ $(wc -l < ${mark}) -le ${times} ] && exit 1`,
      `exec ${kubernetes?.etcd} "$@"`,
    ];
    await writeFile(program, lines.join("\n"));
    await chmod(program, 0o755);
    return program;
  }

  test("whose port was taken meanwhile is started once more", async () => {
    const etcd = await Etcd.start(await endingAtFirst(2), folder);
    expect((await fetch(`${etcd.url}/health`)).ok).toBe(true);
    await etcd.stop();
  });

  test("that never starts is given up, with its own words", async () => {
    const refusal = Etcd.start(await endingAtFirst(99), folder);
    await expect(refusal).rejects.toThrow(/etcd ended: .*address already in use/s);
  });
});
