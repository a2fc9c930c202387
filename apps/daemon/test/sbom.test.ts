import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { removeFolder } from "../../../test-support/temporary-folder.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

test("what the image lists as its parts has what a package bundles, as the Dockerfile asks", async () => {
  const dockerfile = await readFile(join(root, "deploy/Dockerfile"), "utf8");
  const [, script = "", bundled = ""] =
    /node (\S+add-bundled-to-sbom\.ts) \/sbom\.cdx\.json (.+)$/m.exec(dockerfile) ?? [];
  const folder = await mkdtemp(join(tmpdir(), "sbom-"));
  onTestFinished(() => removeFolder(folder));
  const file = join(folder, "sbom.json");
  await writeFile(file, JSON.stringify({ bomFormat: "CycloneDX", components: [{ name: "pino" }] }));

  execFileSync(process.execPath, [script, file, ...bundled.split(" ")], { cwd: root });
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual({
    bomFormat: "CycloneDX",
    components: [
      { name: "pino" },
      {
        type: "library",
        group: "@google-cloud",
        name: "compute",
        version: expect.stringMatching(/^7\./),
        purl: expect.stringMatching(/^pkg:npm\/%40google-cloud\/compute@7\./),
        "bom-ref": expect.stringMatching(/^pkg:npm/),
        licenses: [{ license: { id: "Apache-2.0" } }],
      },
    ],
  });
});
