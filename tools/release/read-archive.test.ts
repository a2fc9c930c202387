import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { removeFolder } from "../../test-support/temporary-folder.ts";
import { imageFaults } from "./image-faults.ts";
import { readArchive } from "./read-archive.ts";

const run = promisify(execFile);

const arm64 = Buffer.alloc(64);
arm64.write("\x7fELF", "latin1");
arm64.writeUInt16LE(183, 18);

const wholeImage = {
  "usr/local/bin/node": arm64,
  "lib/libc.so.6": arm64,
  "lib/libstdc++.so.6": arm64,
  "app/main.js": "",
  "app/LICENSE": "",
  "app/sbom.cdx.json": "",
  "app/third-party-licenses.txt": "",
};

it("finds nothing wrong with a whole image", async () => {
  const image = await readArchive(await archiveOf(wholeImage));
  expect(image).toMatchObject({ architecture: "arm64", user: "65532:65532" });
  expect(image.files.toSorted()).toEqual(Object.keys(wholeImage).toSorted());
  expect(imageFaults(image, "arm64", "0.2.0")).toEqual([]);
});

it("names what is wrong", async () => {
  const foreign = Buffer.from(arm64);
  foreign.writeUInt16LE(62, 18);
  const { "app/LICENSE": _, ...rest } = wholeImage;
  const image = await readArchive(
    await archiveOf({ ...rest, "lib/libc.so.6": foreign, "usr/local/bin/node": "#!/bin/sh" }),
  );
  expect(imageFaults(image, "arm64", "0.3.0")).toEqual([
    "its label says version 0.2.0",
    "it lacks /app/LICENSE",
    "/lib/libc.so.6 is for amd64",
    "its node is no program",
  ]);
  expect(imageFaults({ ...image, user: "" }, "amd64", "0.2.0")).toEqual(
    expect.arrayContaining(["it says that it is for arm64", "it runs as root"]),
  );
});

/** An OCI archive with one layer of these files. */
async function archiveOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "archive-"));
  onTestFinished(() => removeFolder(folder));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, "root", path)), { recursive: true });
    await writeFile(join(folder, "root", path), content);
  }
  await run("tar", ["-czf", join(folder, "layer.tgz"), "-C", join(folder, "root"), "."]);
  const layout = join(folder, "layout");
  await mkdir(join(layout, "blobs", "sha256"), { recursive: true });
  const blob = async (content: string | Buffer): Promise<{ digest: string }> => {
    const hash = createHash("sha256").update(content).digest("hex");
    await writeFile(join(layout, "blobs", "sha256", hash), content);
    return { digest: `sha256:${hash}` };
  };
  const layers = [await blob(await readFile(join(folder, "layer.tgz")))];
  const labels = { "org.opencontainers.image.version": "0.2.0" };
  const config = await blob(JSON.stringify({ architecture: "arm64", config: { User: "65532:65532", Labels: labels } }));
  const manifests = [await blob(JSON.stringify({ config, layers }))];
  await writeFile(join(layout, "index.json"), JSON.stringify({ manifests }));
  await run("tar", ["-cf", join(folder, "image.oci.tar"), "-C", layout, "."]);
  return join(folder, "image.oci.tar");
}
