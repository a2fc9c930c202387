import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RestoreWorld } from "../../test/restore-world.ts";

let world: RestoreWorld;

beforeEach(async () => {
  world = await RestoreWorld.open();
});

afterEach(() => world[Symbol.asyncDispose]());

describe("restore, without --apply", () => {
  it("shows what it would do and who says so, and makes nothing", async () => {
    const { code, output } = await world.restore("pvc/data", "--to-claim", "new");
    expect(output.replace(/: \S+ old/, ": AGE old")).toBe(`default/data  →  default/new
  from    ${world.ids[2]}, the newest good one: AGE old,
          2026-11-27T11:00:00.000Z
  into    a new disk in local/local: 1Gi, no storage class, ReadWriteOnce, a
          file system
          pv/pv-data says storage class, access modes, volume mode, size
  makes   pv/restored-default-new, which is retained, and pvc/new
  leaves  pvc/data and its disk as they are

Nothing was made: --apply does it.
`);
    expect(code).toBe(0);
    expect(world.changes()).toEqual([]);
    expect(await readdir(world.folder)).not.toContainEqual(expect.stringMatching(/restored/));
  });

  it("takes the newest up to a time", async () => {
    const { output } = await world.restore("pvc/data", "--to-claim", "new", "--at", "2026-11-27T10:59:00Z");
    expect(output).toContain(`from    ${world.ids[1]}, the newest good one up to that time: `);
    const early = await world.restore("pvc/data", "--to-claim", "new", "--at", "2026-11-27T08:00:00Z");
    expect(early.errors).toContain(
      "cannot restore pvc/data in default: no ready snapshot of 2026-11-27T08:00:00.000Z or before of this cluster's in local/local is of it",
    );
    expect(early.code).toBe(1);
  });

  it.each([
    ["the claim's name alone", ["data"], 2],
    ["the volume", ["pv/pv-data"], 2],
    ["a snapshot's id", ["data-0.ID"], 0],
    ["snapshot/ and an id", ["snapshot/data-0.ID"], 0],
  ])("finds it by %s", async (_, words, index) => {
    const sources = words.map((word) => word.replace("data-0.ID", world.ids[0] as string));
    const { output, errors } = await world.restore(...sources, "--to-claim", "new");
    expect(output, errors).toContain(`default/data  →  default/new\n  from    ${world.ids[index]}, `);
  });

  it.each([
    [["pvc/data"], "restore needs --to-claim"],
    [["--to-claim", "new"], "restore needs a pvc/NAME"],
    [["sts/data", "--to-claim", "new"], 'cannot tell what to restore by "sts/data"'],
    [["pvc/data", "--to-claim", "New"], "--to-claim must be a name"],
    [["pvc/data", "--to-claim", "new", "--size", "much"], "--size must be a quantity such as 100Gi"],
    [["pvc/data", "--to-claim", "new", "--at", "yesterday"], "--at"],
    [["pvc/data", "--to-claim", "new", "--access-mode", "RW"], "--access-mode must be one of ReadWriteOnce (RWO)"],
    [["pvc/data", "--to-claim", "new", "--location", "local"], "--location must be BACKEND/LOCATION"],
    [["pvc/data", "--to-claim", "new", "--parameter", "path"], "--parameter must be NAME=VALUE"],
    [["--undo", "restore-1"], "--undo needs --disk ID and --location"],
  ])("refuses the words %j with exit code 2", async (words, why) => {
    const { code, errors } = await world.restore(...words);
    expect(errors).toContain(why);
    expect(code).toBe(2);
  });

  it.each([
    [["--to-claim", "data"], "there is a claim data in default already: choose another name by --to-claim"],
    [
      ["--to-claim", "new", "--to-volume", "pv-data"],
      "there is a PersistentVolume pv-data already: choose another name by --to-volume",
    ],
    [["--to-claim", "new", "--size", "500Mi"], "it is of 1Gi; give --size 1Gi or more"],
    [["--to-claim", "new", "--parameter", "colour=red"], "--parameter colour is not a parameter of a restore by local"],
  ])("refuses %j", async (words, why) => {
    const { code, errors } = await world.restore("pvc/data", ...words);
    expect(errors).toContain(why);
    expect(code).toBe(1);
  });

  it("keeps a snapshot to the namespace that it is from, unless the operator says otherwise", async () => {
    const words = [`snapshot/${world.ids[0]}`, "-n", "kube-system", "--to-claim", "new"];
    const { code, errors } = await world.restore(...words);
    expect(errors).toContain("into the namespace kube-system: it is from default; if its data may be read there, add");
    expect(code).toBe(1);
    const allowed = await world.restore(...words, "--allow-other-namespace");
    expect(allowed.output).toContain("default/data  →  kube-system/new\n");
    expect(allowed.code).toBe(0);
  });
});

describe("restore --apply", () => {
  it("makes disk, volume and claim of the old ones' kind, and touches nothing else", async () => {
    const before = await readFile(join(world.folder, "data", "file"), "utf8");
    const { code, output, errors } = await world.restoreAndBind("pvc/data", "--to-claim", "new", "--apply");
    expect(code, errors).toBe(0);
    const { store } = world.cluster;
    const volume = store.get("persistentvolumes", { name: "restored-default-new" });
    const { path } = (volume["spec"] as { hostPath: { path: string } }).hostPath;
    expect(await readFile(join(path, "file"), "utf8")).toBe("snapshot 2");
    expect(volume["spec"]).toMatchObject({
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      volumeMode: "Filesystem",
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { namespace: "default", name: "new" },
    });
    const claim = store.get("persistentvolumeclaims", { name: "new" });
    expect(claim["spec"]).toMatchObject({
      volumeName: "restored-default-new",
      storageClassName: "",
      resources: { requests: { storage: "1Gi" } },
    });
    for (const { metadata } of [volume, claim]) expect(metadata.annotations).toBeUndefined();
    expect(world.changes()).toEqual(["create persistentvolumes", "create persistentvolumeclaims"]);
    expect(await readFile(join(world.folder, "data", "file"), "utf8")).toBe(before);
    expect(output).toMatch(/ {2}… 100 % +0 s\n/);
    expect(output).toMatch(/✓ disk \S+ made +0 s\n {2}✓ pv\/restored-default-new made +0 s\n {2}✓ pvc\/new made/);
    expect(output).toContain("kubectl -n default edit deploy/NAME        # claimName: new\n");
  });

  it("prints one whole JSON document, and all else beside it", async () => {
    const { output, errors } = await world.restoreAndBind("data", "--to-claim", "new", "--apply", "--output", "json");
    expect(JSON.parse(output)).toMatchObject({
      applied: true,
      made: true,
      bound: true,
      left: [],
      plan: {
        snapshot: { id: world.ids[2], choice: "newest" },
        volume: { size: { value: "1Gi", from: "pv/pv-data" } },
      },
      objects: { kind: "List", items: [{ kind: "PersistentVolume" }, { kind: "PersistentVolumeClaim" }] },
    });
    const steps = errors
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(steps[0]).toMatchObject({ step: "planning", doing: expect.any(String), elapsedSeconds: expect.any(Number) });
    expect(steps).toContainEqual(expect.objectContaining({ step: "disk-progress", fraction: 1 }));
    expect(steps.at(-1)).toMatchObject({ step: "claim-bound" });
    const failed = await world.restore("pvc/other", "--to-claim", "new", "--output", "json");
    expect(JSON.parse(failed.output)).toMatchObject({ applied: false, error: expect.stringContaining("pvc/other") });
    expect(failed.code).toBe(1);
  });

  it.each([
    ["where nobody here may make claims", [], () => world.cluster.rules.deny("create", "persistentvolumeclaims")],
    ["where that is asked for", ["--output", "manifest"], () => undefined],
  ])("prints volume and claim for kubectl, %s", async (_, words, prepare) => {
    prepare();
    const { code, output, errors } = await world.restore("pvc/data", "--to-claim", "new", "--apply", ...words);
    expect(code, errors).toBe(0);
    const list = JSON.parse(/^\{.*^\}$/ms.exec(output)?.[0] ?? "");
    const [{ spec }] = list.items;
    expect(await readFile(join(spec.hostPath.path, "file"), "utf8")).toBe("snapshot 2");
    expect(world.changes()).toEqual([]);
    if (words.length > 0) expect(JSON.parse(output)).toEqual(list);

    const remedy = /k8s-snapshots restore (--undo \S+ --disk \S+ --location \S+)/.exec(output + errors)?.[1] ?? "";
    const undone = await world.restore(...remedy.split(" "));
    expect(undone).toMatchObject({ code: 0, output: `${spec.hostPath.path} is gone from local/local.\n` });
    await expect(readdir(spec.hostPath.path)).rejects.toThrow("ENOENT");
  });

  it("does not undo what another restore has made, nor what none has", async () => {
    const words = [
      "--undo",
      "restore-0123456789abcdef",
      "--disk",
      join(world.folder, "data"),
      "--location",
      "local/local",
    ];
    const { code, errors } = await world.restore(...words);
    expect(errors).toContain("the restore restore-0123456789abcdef has not made it");
    expect(code).toBe(1);
    expect(await readdir(join(world.folder, "data"))).toEqual(["file"]);
  });
});

describe("restore of a volume that is lost", () => {
  it("finds the snapshot by the claim that it carries, and needs to be told where to look", async () => {
    await world.loseVolume();
    const lost = await world.restore("pvc/data", "--to-claim", "data");
    expect(lost.errors).toContain("no rule of the cluster has a disk; add --location BACKEND/LOCATION");
    const words = ["pvc/data", "--to-claim", "data", "--location", "local/local", "--apply"];
    const { code, output, errors } = await world.restoreAndBind(...words);
    expect(code, errors).toBe(0);
    expect(output).toContain("the snapshot says storage class, access modes, volume mode, size");
    const { spec } = world.cluster.store.get("persistentvolumes", { name: "restored-default-data" });
    expect(await readFile(join((spec as never as Source).hostPath.path, "file"), "utf8")).toBe("snapshot 2");
  });

  it("finds it by its id, and takes the namespace from it", async () => {
    await world.loseVolume();
    const { output, errors } = await world.restore(
      world.ids[1] as string,
      "--to-claim",
      "data",
      "--location",
      "local/local",
    );
    expect(output, errors).toContain(`default/data  →  default/data\n  from    ${world.ids[1]}, as named: `);
  });

  it("treats one of another cluster as of an unknown namespace", async () => {
    world.environment["CLUSTER_ID"] = "another";
    await world.loseVolume();
    const words = ["--to-claim", "data", "--location", "local/local"];
    const byName = await world.restore("pvc/data", ...words);
    expect(byName.errors).toContain("3 of another cluster's are: see CLUSTER_ID_FORMER, or name one by its id");
    const byId = await world.restore(world.ids[1] as string, ...words);
    expect(byId.errors).toContain("the namespace that it is from is not known");
    const allowed = await world.restore(world.ids[1] as string, ...words, "--allow-other-namespace");
    expect(allowed.output).toMatch(/^ {10}of another cluster, /m);
  });

  it("of the seed's, asks for what nobody knows, and takes it from flags", async () => {
    await world[Symbol.asyncDispose]();
    world = await RestoreWorld.open(null);
    await world.loseVolume();
    const words = [
      world.ids[0] as string,
      "--to-claim",
      "data",
      "--location",
      "local/local",
      "--allow-other-namespace",
    ];
    const { code, errors } = await world.restore(...words);
    expect(errors).toContain(
      "it carries no facts of its volume, and that is not in the cluster; add --size, --storage-class, --access-mode, --volume-mode",
    );
    expect(code).toBe(1);
    const said = ["--size", "2Gi", "--storage-class", "fast", "--access-mode", "RWO", "--volume-mode", "Filesystem"];
    const { output } = await world.restore(...words, ...said);
    expect(output).toMatch(/: 2Gi, storage class fast, ReadWriteOnce, a\s+file\s+system\n/);
    expect(output).toContain("the command line says size, storage class, access modes, volume mode\n");
  });
});

describe("restore that fails", () => {
  it.each([
    ["the volume is refused", { verb: "create", resource: "persistentvolumes" }, "answer"],
    ["the answer to the volume is lost", { verb: "create", resource: "persistentvolumes" }, "lose"],
    ["the claim is refused", { verb: "create", resource: "persistentvolumeclaims" }, "answer"],
    ["the answer to the claim is lost", { verb: "create", resource: "persistentvolumeclaims" }, "lose"],
  ] as const)("leaves nothing where %s", async (_, match, fault) => {
    const { faults, store } = world.cluster;
    if (fault === "lose") faults.loseAnswer(match);
    else faults.answer(match, { code: 500, message: "broken" });
    const { code, output } = await world.restore("pvc/data", "--to-claim", "new", "--apply");
    expect(output).toContain("Nothing is left of it.");
    expect(code).toBe(1);
    expect(store.list("persistentvolumes").map(({ metadata }) => metadata.name)).toEqual(["pv-data"]);
    expect(store.list("persistentvolumeclaims").map(({ metadata }) => metadata.name)).toEqual(["data"]);
    expect((await readdir(world.folder)).filter((name) => /restored/.test(name))).toEqual([]);
  });

  it("leaves another's claim that took the name meanwhile", async () => {
    world.cluster.faults.answer(
      { verb: "create", resource: "persistentvolumeclaims" },
      { code: 409, reason: "AlreadyExists" },
    );
    const { output } = await world.restore("pvc/data", "--to-claim", "new", "--apply");
    expect(output).not.toContain("pvc/new removed");
    expect(output).toContain("Nothing is left of it.");
    expect(world.changes()).toEqual([
      "create persistentvolumes",
      "create persistentvolumeclaims",
      "delete persistentvolumes restored-default-new",
    ]);
  });

  it("names what it may not remove, and how to", async () => {
    world.cluster.faults.answer({ verb: "create", resource: "persistentvolumeclaims" }, { code: 500 });
    world.cluster.rules.deny("delete", "persistentvolumes");
    const words = ["pvc/data", "--to-claim", "new", "--apply"];
    const { code, output } = await world.restore(...words);
    expect(output).toMatch(/^ {2}kubectl delete pv restored-default-new$/m);
    expect(output).toMatch(/^ {2}k8s-snapshots restore --undo \S+ --disk \S+ --location local\/local$/m);
    expect(code).toBe(1);

    world.cluster.faults.answer({ verb: "create", resource: "persistentvolumeclaims" }, { code: 500 });
    const json = await world.restore(...words, "--to-volume", "other", "--output", "json");
    expect(JSON.parse(json.output)).toMatchObject({
      applied: false,
      left: [
        { what: "pv/other", remedy: "kubectl delete pv other" },
        { what: expect.stringContaining("disk "), remedy: expect.stringContaining("--undo") },
      ],
    });
  });
});

interface Source {
  readonly hostPath: { readonly path: string };
}
