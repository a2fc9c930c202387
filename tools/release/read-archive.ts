import { mkdir, mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { elfArchitecture } from "./elf.ts";
import { runCommand } from "./run.ts";

/** What an image of one platform says of itself, and what is in it. */
export interface ArchivedImage {
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  /** The paths of its files, without a slash before them. */
  readonly files: readonly string[];
  /** Its programs and libraries, by path, and what each is for: `amd64`, `arm64`. */
  readonly programs: ReadonlyMap<string, string>;
}

/** Reads an archive of https://github.com/opencontainers/image-spec/blob/main/image-layout.md, with tar. */
export async function readArchive(archive: string): Promise<ArchivedImage> {
  const folder = await mkdtemp(join(tmpdir(), "image-"));
  try {
    const extract = async (file: string, to: string): Promise<void> => {
      await mkdir(to, { recursive: true });
      await runCommand({ program: "tar", words: ["-xf", file, "--no-same-owner", "-C", to] }, folder);
    };
    await extract(archive, join(folder, "layout"));
    const read = async (path: string): Promise<unknown> =>
      JSON.parse(await readFile(join(folder, "layout", path), "utf8"));
    const blob = ({ digest }: Digest): string => `blobs/${digest.replace(":", "/")}`;

    const index = (await read("index.json")) as { manifests: Digest[] };
    const manifest = (await read(blob(index.manifests[0] as Digest))) as { config: Digest; layers: Digest[] };
    const image = (await read(blob(manifest.config))) as {
      architecture: string;
      config: { User?: string; Labels?: Record<string, string> };
    };
    const root = join(folder, "root");
    for (const layer of manifest.layers) await extract(join(folder, "layout", blob(layer)), root);
    const { files, programs } = await readFiles(root);
    const { User: user = "", Labels: labels = {} } = image.config;
    return { architecture: image.architecture, labels, user, files, programs };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Digest {
  readonly digest: string;
}

async function readFiles(root: string): Promise<Pick<ArchivedImage, "files" | "programs">> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const programs = new Map<string, string>();
  for (const path of paths) {
    await using file = await open(path);
    const { buffer } = await file.read({ buffer: Buffer.alloc(20) });
    const architecture = elfArchitecture(buffer);
    if (architecture !== undefined) programs.set(relative(root, path), architecture);
  }
  return { files: paths.map((path) => relative(root, path)), programs };
}
