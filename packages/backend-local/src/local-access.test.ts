import { mkdtemp, type rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { checkDirectories } from "./local-access.ts";
import { parseLocalConfig } from "./local-config.ts";

// Tests of a package share their modules: this file needs them with what it puts in their place, and nobody after it does.
vi.hoisted(() => vi.resetModules());
afterAll(() => vi.resetModules());
vi.mock("node:fs/promises", async (load) => ({ ...(await load<object>()), statfs: vi.fn() }));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "local-access-"));
  const { rm: remove } = await vi.importActual<{ rm: typeof rm }>("node:fs/promises");
  onTestFinished(() => remove(folder, { recursive: true }));
});

async function copies(type: number): Promise<string | undefined> {
  vi.mocked(statfs).mockResolvedValue({ type } as never);
  const config = parseLocalConfig({ LOCAL_SNAPSHOT_DIRECTORY: folder, LOCAL_ROOTS: folder });
  const checks = await checkDirectories(config);
  expect(checks.map(({ status }) => status)).toEqual(["granted", "granted", "granted"]);
  return checks.at(-1)?.permission;
}

it.each([
  [0x9123683e, "copy by sharing blocks: Btrfs"],
  [0x58465342, "copy by sharing blocks: XFS, unless it was made with reflink=0"],
  [0xef53, "copy in full: each takes the volume's space"],
])("of a file system of type %i it says whether copies share their blocks", async (type, said) => {
  expect(await copies(type)).toBe(said);
});

it("says nothing of a folder that is not there but that it is missing", async () => {
  const checks = await checkDirectories(
    parseLocalConfig({ LOCAL_SNAPSHOT_DIRECTORY: join(folder, "missing"), LOCAL_ROOTS: folder }),
  );
  expect(checks.map(({ status }) => status)).toEqual(["missing", "granted"]);
});
